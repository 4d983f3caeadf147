"""The tab of saved payment methods, and the screens that add, change and delete one."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from customer_admin import operations
from customer_admin.forms.meanwhile import told_of_kept
from customer_admin.forms.payment_methods import NewPaymentMethodForm, PaymentMethodForm
from customer_admin.forms.why import WhyForm
from customer_admin.models import Customer, SavedPaymentMethod
from customer_admin.operations.payment_methods import (
    CHANGEABLE,
    METHOD_FIELDS,
    obstacles_to_delete_payment_method,
)
from customer_admin.permissions import may
from customer_admin.selectors.site_settings import settings_of

from .below_tabs import RowFormView
from .columns import RowColumn, TemplateColumn
from .tabs import ListTab

TAB = "payment-methods"
LABEL = gettext_lazy("Payment methods")


def title_of(customer: Customer) -> str:
    """What the customer's site calls its payment methods."""
    return getattr(settings_of(customer.site), "payment_methods_title", "") or str(LABEL)


class PaymentMethodsTab(ListTab):
    name = TAB
    label = LABEL
    order = 300
    permission = "view_savedpaymentmethod"
    template_name = "customer_admin/payment_methods/tab.html"
    empty_text = gettext_lazy("No payment method is saved. Cards and accounts are kept by their processor's token.")

    def get_label(self) -> str:
        return title_of(self.customer)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            RowColumn(
                "name",
                label=_("Payment method"),
                width="28%",
                get_url=self.get_edit_url,
                get_actions=self.get_actions,
            ),
            Column("label", label=_("Label"), classname="customer-admin-wrap"),
            Column("holder", label=_("Holder"), classname="customer-admin-wrap"),
            TemplateColumn(
                "expires_on", label=_("Expires"), template_name="customer_admin/payment_methods/expires_cell.html"
            ),
            Column("billing_address", label=_("Billing address"), classname="customer-admin-wrap"),
            TemplateColumn(
                "masked_token", label=_("Processor"), template_name="customer_admin/payment_methods/token_cell.html"
            ),
        ]

    def get_queryset(self) -> QuerySet[SavedPaymentMethod]:
        methods = SavedPaymentMethod.objects.filter(customer=self.customer)
        return methods.select_related("billing_address")

    def get_edit_url(self, method: SavedPaymentMethod) -> str | None:
        return self._url("edit", method) if may(self.request.user, "change_savedpaymentmethod") else None

    def get_actions(self, method: SavedPaymentMethod) -> list[Button]:
        if not may(self.request.user, "delete_savedpaymentmethod"):
            return []
        return [Button(_("Delete"), url=self._url("delete", method), icon_name="bin")]

    def _url(self, name: str, method: SavedPaymentMethod) -> str:
        return reverse(f"customers:payment_method_{name}", args=[self.customer.pk, method.pk])

    def get_context_data(self) -> dict[str, Any]:
        url = reverse("customers:payment_method_add", args=[self.customer.pk])
        add_url = url if may(self.request.user, "add_savedpaymentmethod") else ""
        return {**super().get_context_data(), "add_url": add_url}


class PaymentMethodView(RowFormView):
    tab = TAB
    header_icon = "key"
    row_model = SavedPaymentMethod
    row_is_gone = gettext_lazy("This payment method is not there any more.")


class AddPaymentMethodView(PaymentMethodView):
    permissions = ("view_customer", "add_savedpaymentmethod")
    page_title = gettext_lazy("Add payment method")
    form_class = NewPaymentMethodForm
    template_name = "customer_admin/payment_methods/add.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = SavedPaymentMethod(customer=self.customer)
        return {**super().get_form_kwargs(), "instance": instance, "customer": self.customer}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        method = operations.add_payment_method(
            actor=self.request.user,
            customer=self.customer,
            reason=data["reason"],
            **{name: data[name] for name in METHOD_FIELDS},
        )
        return _("%(method)s added.") % {"method": method}


class EditPaymentMethodView(PaymentMethodView):
    permissions = ("view_customer", "change_savedpaymentmethod")
    page_title = gettext_lazy("Edit payment method")
    form_class = PaymentMethodForm
    template_name = "customer_admin/payment_methods/edit.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"instance": self.row, "customer": self.customer, "for_user": self.request.user}
        return {**super().get_form_kwargs(), **own}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        method = operations.update_payment_method(
            actor=self.request.user,
            method=self.row,
            reason=data["reason"],
            seen=data["seen"],
            **form.pays,
            **{name: data[name] for name in CHANGEABLE},
        )
        told = _("%(method)s saved.") % {"method": method}
        return " ".join(filter(None, [told, told_of_kept(data["seen"])]))


class DeletePaymentMethodView(PaymentMethodView):
    permissions = ("view_customer", "delete_savedpaymentmethod")
    page_title = gettext_lazy("Delete payment method")
    header_icon = "bin"
    form_class = WhyForm
    template_name = "customer_admin/payment_methods/confirm_delete.html"

    @cached_property
    def obstacles(self) -> list[str]:
        return obstacles_to_delete_payment_method(self.row)

    def perform(self, form: Any) -> str:
        operations.delete_payment_method(actor=self.request.user, method=self.row, reason=form.cleaned_data["reason"])
        return _("%(method)s deleted.") % {"method": self.row}
