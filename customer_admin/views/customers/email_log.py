"""The tab with the mails about a customer, in two sections."""

from typing import Any

from django.db.models import QuerySet
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from customer_admin.forms.resends import USUAL
from customer_admin.models import OutgoingEmail
from customer_admin.operations.resends import may_resend, obstacle_to_resend, usual_address
from customer_admin.selectors.mail_log import emails_of, has_campaign_emails
from customer_admin.views.emails.columns import QueuedColumn, StatusColumn, SubjectColumn, ToColumn

from .tabs import ListTab

Section = OutgoingEmail.Section


class ResendColumn(Column):
    """A button that sends the mail once more, to where it went before, for those who may."""

    cell_template_name = "customer_admin/mail_log/resend_cell.html"

    def __init__(self) -> None:
        super().__init__("resend", label=_("Actions"), accessor="pk")

    def get_cell_context_data(self, instance: OutgoingEmail, parent_context: Any) -> dict[str, Any]:
        context, request = super().get_cell_context_data(instance, parent_context), parent_context["request"]
        if may_resend(request.user, instance) and not obstacle_to_resend(instance):
            context["resend_url"] = reverse("customer_admin_emails:resend", args=[instance.pk])
            context |= {"to": USUAL, "address": usual_address(instance), "csrf_token": get_token(request)}
        return context


class EmailLogTab(ListTab):
    """Notifications; campaigns stand beside them once there was one."""

    name = "emails"
    label = gettext_lazy("E-mail log")
    order = 500
    permission = "view_outgoingemail"
    template_name = "customer_admin/mail_log/tab.html"

    @cached_property
    def section(self) -> str:
        return Section.CAMPAIGN if self.request.GET.get("section") == Section.CAMPAIGN else Section.NOTIFICATION

    @property
    def empty_text(self) -> str:  # type: ignore[override]
        if self.section == Section.CAMPAIGN:
            return _("No campaign was sent to this customer yet.")
        return _("No e-mail was sent about this customer yet.")

    @cached_property
    def columns(self) -> list[Column]:
        return [QueuedColumn(), SubjectColumn(), ToColumn(), StatusColumn(), ResendColumn()]

    def get_queryset(self) -> QuerySet[OutgoingEmail]:
        return emails_of(self.customer, self.section)

    def get_context_data(self) -> dict[str, Any]:
        sections = []
        if self.section == Section.CAMPAIGN or has_campaign_emails(self.customer):
            labels = {Section.NOTIFICATION: _("Notifications"), Section.CAMPAIGN: _("Campaigns")}
            sections = [(f"{self.url}?section={name}", label, name == self.section) for name, label in labels.items()]
        return {**super().get_context_data(), "sections": sections}
