"""Customers in the admin: form, history and what else the view set holds together."""

from typing import Any

from django.forms import Select
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import SnippetViewSet

from customer_admin import operations
from customer_admin.forms.customers import CustomerForm
from customer_admin.forms.meanwhile import key_of
from customer_admin.forms.refusals import Refusals
from customer_admin.models import AccountNote, Customer, recording
from customer_admin.operations.addresses import ADDRESS_FIELDS, addresses_of
from customer_admin.operations.customers import CUSTOMER_FIELDS, obstacles_to_delete
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.permissions import may
from customer_admin.selectors.customers import goes_with
from customer_admin.views.customers.page import CustomerPageView, TabPanelView
from customer_admin.views.logins import CreateLoginView, DeleteLoginView, EditLoginView
from customer_admin.views.open_order import CustomerOrderView
from customer_admin.views.orders import CustomerOrdersView

from .choosers import CustomerChooserViewSet
from .customer_columns import LIST_DISPLAY
from .customer_filters import CustomerFilterSet
from .customer_list import CustomerIndexView
from .doors import OperationCreateView, OperationDeleteView, OperationEditView, entered, rows_entered
from .history import RecordHistoryView
from .panels import LoginPanel


class NotesMixin:
    """Writes the rows of the Notes tab by their operations, in the change set of the customer."""

    request: Any

    def save_notes(self, form: Any, customer: Customer, refusals: Refusals) -> None:
        formset, user = form.formsets.get("account_notes"), self.request.user
        if formset is None:
            return
        seen = form.cleaned_data["seen"]
        versions = seen.rows.get("account_notes", {}) if seen is not None else {}
        for gone in formset.deleted_forms:
            if gone.instance.pk:
                with refusals.collected():
                    operations.delete_note(actor=user, note=gone.instance, seen=versions.get(str(gone.instance.pk)))
        for position, row in enumerate(rows_entered(formset, NOTE_FIELDS)):
            key = row.pop("id", None)
            with refusals.collected(f"account_notes.{position}"):
                if key is None:
                    operations.add_note(actor=user, customer=customer, seen=seen, **row)
                elif formset.forms_in_use[position].has_changed():
                    note = AccountNote(pk=key, customer=customer)
                    operations.update_note(actor=user, note=note, seen=versions.get(str(key)), **row)


class CustomerCreateView(NotesMixin, OperationCreateView):
    def create(self, form: Any) -> Customer:
        user, refusals = self.request.user, Refusals()
        with recording(actor=user, kind="create", reason=form.cleaned_data["reason"]):
            customer = operations.create_customer(
                actor=user,
                addresses=rows_entered(form.formsets["addresses"], ADDRESS_FIELDS),
                **entered(form, CUSTOMER_FIELDS),
            )
            self.save_notes(form, customer, refusals)
            refusals.refuse()
        return customer

    def get_success_url(self) -> str:
        return self.get_edit_url()


class CustomerEditView(NotesMixin, OperationEditView):
    orders_url_name = ""

    def update(self, form: Any) -> Customer:
        user, customer, refusals = self.request.user, self.object, Refusals()
        with recording(actor=user, kind="edit", reason=form.cleaned_data["reason"]):
            with refusals.collected():
                customer = operations.update_customer(
                    actor=user,
                    customer=customer,
                    addresses=self.addresses_wanted(form),
                    seen=form.cleaned_data["seen"],
                    **entered(form, CUSTOMER_FIELDS),
                )
            self.save_notes(form, customer, refusals)
            refusals.refuse()
        return customer

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not may(self.request.user, "view_order"):
            return []
        url = reverse(self.orders_url_name, args=[self.object.pk])
        return [HeaderButton(_("Orders"), url=url, icon_name="list-ul")]

    def addresses_wanted(self, form: Any) -> list[dict[str, Any]]:
        """What the form says, and those that it does not show."""
        formset, seen = form.formsets["addresses"], form.cleaned_data["seen"]
        known = seen.rows.get("addresses", {}) if seen is not None else map(str, addresses_of(self.object))
        unshown = set(known) - {key_of(formset, position) for position in range(len(formset.forms))}
        return [*rows_entered(formset, ADDRESS_FIELDS), *({"id": int(key)} for key in sorted(unshown))]


class CustomerDeleteView(OperationDeleteView):
    def delete(self, instance: Customer, reason: str) -> None:
        operations.delete_customer(actor=self.request.user, customer=instance, reason=reason)

    @cached_property
    def obstacles(self) -> list[str]:
        return obstacles_to_delete(self.object)

    @cached_property
    def consequences(self) -> list[str]:
        return goes_with(self.object)


ACCOUNT_TAB = [
    LoginPanel(),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
            FieldRowPanel([FieldPanel("company"), FieldPanel("customer_class", widget=Select)]),
            FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        ],
        heading=_("Name and contact"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("birth_date"), FieldPanel("language")]),
            FieldRowPanel([FieldPanel("account_number"), FieldPanel("referral_source")]),
        ],
        heading=_("More about the account"),
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("notify_account"), FieldPanel("notify_marketing")])],
        heading=_("E-mail preferences"),
    ),
]
ADDRESS_PANELS = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("is_primary")]),
    FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
    FieldPanel("company"),
    FieldRowPanel([FieldPanel("line1"), FieldPanel("line2")]),
    FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
    FieldRowPanel([FieldPanel("region"), FieldPanel("country")]),
    FieldPanel("phone"),
]
NOTE_PANELS = [
    FieldPanel("body"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("is_pinned")]),
    FieldRowPanel([FieldPanel("alert_clerk"), FieldPanel("alert_level")]),
    FieldRowPanel([FieldPanel("alert_from"), FieldPanel("alert_until")]),
]
TAX_TAB = [
    FieldPanel("tax_exempt"),
    FieldRowPanel([FieldPanel("tax_exempt_number"), FieldPanel("tax_exempt_until")]),
    FieldRowPanel([FieldPanel("tax_exempt_reason"), FieldPanel("tax_exempt_region")]),
]


class CustomerTabs(TabbedInterface):
    """Tabs with the question for the reason below all of them."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        return {**options, "fields": [*options["fields"], "reason"]}

    class BoundPanel(TabbedInterface.BoundPanel):
        template_name = "customer_admin/panels/tabs_with_reason.html"


class CustomerViewSet(SnippetViewSet):
    model = Customer
    icon = "group"
    menu_label = _("Customers")
    menu_name = "customers"
    url_prefix = "customers"
    url_namespace = "customers"
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    list_display = LIST_DISPLAY
    index_results_template_name = "customer_admin/customers/list_results.html"
    filterset_class = CustomerFilterSet
    index_view_class = CustomerIndexView
    add_view_class = CustomerCreateView
    edit_view_class = CustomerEditView
    delete_view_class = CustomerDeleteView
    delete_template_name = "customer_admin/confirm_delete.html"
    history_view_class = RecordHistoryView
    inspect_view_class = CustomerPageView
    inspect_template_name = "customer_admin/customers/page.html"
    chooser_viewset_class = CustomerChooserViewSet
    edit_handler = CustomerTabs(
        [
            ObjectList(ACCOUNT_TAB, heading=_("Account")),
            ObjectList(
                [InlinePanel("addresses", panels=ADDRESS_PANELS, heading=_("Addresses"))], heading=_("Addresses")
            ),
            ObjectList([InlinePanel("account_notes", panels=NOTE_PANELS, heading=_("Notes"))], heading=_("Notes")),
            ObjectList(TAX_TAB, heading=_("Tax exemption")),
        ],
        base_form_class=CustomerForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {f"{name}_url_name": self.get_url_name(name) for name in ("orders", "order")}
        return super().get_common_view_kwargs(**{**names, **kwargs})

    @cached_property
    def tab_panel_view(self) -> Any:
        return self.construct_view(TabPanelView, **self.get_inspect_view_kwargs())

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/orders/", self.construct_view(CustomerOrdersView), name="orders"),
            path("<int:pk>/orders/<int:order_pk>/", self.construct_view(CustomerOrderView), name="order"),
            path("<int:pk>/login/new/", self.construct_view(CreateLoginView), name="login_add"),
            path("<int:pk>/login/", self.construct_view(EditLoginView), name="login_edit"),
            path("<int:pk>/login/delete/", self.construct_view(DeleteLoginView), name="login_delete"),
            path("<int:pk>/<slug:tab>/", self.inspect_view, name="tab"),
            path("<int:pk>/<slug:tab>/panel/", self.tab_panel_view, name="tab_panel"),
        ]
