"""The tab of linked e-mails, and the screens that link, change and remove one, or send its mail again."""

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from customer_admin import operations
from customer_admin.forms.linked_emails import LinkedEmailForm
from customer_admin.forms.meanwhile import told_of_kept
from customer_admin.forms.why import WhyForm
from customer_admin.models import LinkedEmail
from customer_admin.operations.linked_emails import LINKED_EMAIL_FIELDS
from customer_admin.permissions import may

from .below_tabs import RowFormView
from .columns import RowColumn, TemplateColumn
from .tabs import ListTab

TAB = "linked-emails"
LABEL = gettext_lazy("Linked e-mails")


class LinkedEmailsTab(ListTab):
    name = TAB
    label = LABEL
    order = 400
    permission = "view_linkedemail"
    template_name = "customer_admin/linked_emails/tab.html"
    empty_text = gettext_lazy("No further address is linked. A bookkeeper or a partner can get notifications as well.")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            RowColumn(
                "email",
                label=_("E-mail"),
                classname="customer-admin-wrap",
                width="36%",
                get_url=self.get_edit_url,
                get_actions=self.get_actions,
            ),
            Column("label", label=_("Label"), classname="customer-admin-wrap"),
            TemplateColumn("status", label=_("Status"), template_name="customer_admin/linked_emails/status_cell.html"),
            TemplateColumn(
                "notifications", label=_("Gets"), template_name="customer_admin/linked_emails/notifications_cell.html"
            ),
        ]

    def get_queryset(self) -> QuerySet[LinkedEmail]:
        return LinkedEmail.objects.filter(customer=self.customer)

    def get_edit_url(self, linked: LinkedEmail) -> str | None:
        return self._url("edit", linked) if may(self.request.user, "change_linkedemail") else None

    def get_actions(self, linked: LinkedEmail) -> list[Button]:
        actions, user = [], self.request.user
        if not linked.is_verified and may(user, "change_linkedemail"):
            actions.append(
                Button(_("Send the mail again"), url=self._url("resend", linked), icon_name="mail", priority=10)
            )
        if may(user, "delete_linkedemail"):
            actions.append(Button(_("Remove"), url=self._url("remove", linked), icon_name="bin", priority=20))
        return actions

    def _url(self, name: str, linked: LinkedEmail) -> str:
        return reverse(f"customers:linked_email_{name}", args=[self.customer.pk, linked.pk])

    def get_context_data(self) -> dict[str, Any]:
        url = reverse("customers:linked_email_add", args=[self.customer.pk])
        return {**super().get_context_data(), "add_url": url if may(self.request.user, "add_linkedemail") else ""}


class LinkedEmailView(RowFormView):
    tab = TAB
    header_icon = "mail"
    row_model = LinkedEmail
    row_is_gone = gettext_lazy("This linked e-mail is not there any more.")


class AddLinkedEmailView(LinkedEmailView):
    permissions = ("view_customer", "add_linkedemail")
    page_title = gettext_lazy("Link an e-mail")
    form_class = LinkedEmailForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": LinkedEmail(customer=self.customer)}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        linked = operations.link_email(
            actor=self.request.user,
            customer=self.customer,
            reason=data["reason"],
            **{name: data[name] for name in LINKED_EMAIL_FIELDS},
        )
        return _("%(email)s linked. A mail with a link to verify it is on its way.") % {"email": linked.email}


class EditLinkedEmailView(LinkedEmailView):
    permissions = ("view_customer", "change_linkedemail")
    page_title = gettext_lazy("Edit linked e-mail")
    form_class = LinkedEmailForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.row}

    def perform(self, form: Any) -> str:
        data, was_verified = form.cleaned_data, LinkedEmail.objects.filter(pk=self.row.pk).verified().exists()
        linked = operations.update_linked_email(
            actor=self.request.user,
            linked=self.row,
            reason=data["reason"],
            seen=data["seen"],
            **{name: data[name] for name in LINKED_EMAIL_FIELDS},
        )
        told = _("%(email)s saved.") % {"email": linked.email}
        if was_verified and not linked.is_verified:
            told = _("%(email)s saved. It is another address, so a mail to verify it is on its way.")
            told = told % {"email": linked.email}
        return " ".join(filter(None, [told, told_of_kept(data["seen"])]))


class RemoveLinkedEmailView(LinkedEmailView):
    permissions = ("view_customer", "delete_linkedemail")
    page_title = gettext_lazy("Remove linked e-mail")
    header_icon = "bin"
    form_class = WhyForm
    template_name = "customer_admin/linked_emails/confirm_remove.html"

    def perform(self, form: Any) -> str:
        operations.unlink_email(actor=self.request.user, linked=self.row, reason=form.cleaned_data["reason"])
        return _("%(email)s removed.") % {"email": self.row.email}


class ResendVerificationView(LinkedEmailView):
    permissions = ("view_customer", "change_linkedemail")
    page_title = gettext_lazy("Send the mail again")
    form_class = Form
    template_name = "customer_admin/linked_emails/confirm_resend.html"
    not_saved = gettext_lazy("Nothing was sent.")

    def perform(self, form: Any) -> str:
        email = operations.resend_verification(actor=self.request.user, linked=self.row)
        return _("A mail with a link to verify it is on its way to %(email)s.") % {"email": email.to_address}
