"""The columns of lists of mails, which the log and the customer page share."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column, TitleColumn

from customer_admin.models import OutgoingEmail
from customer_admin.selectors.mail_log import reason_of


def detail_url(email: OutgoingEmail) -> str:
    return reverse("customer_admin_emails:detail", args=[email.pk])


def in_halves(email: str) -> str:
    """The address with a place to break it before its @, so that the domain is read in one piece."""
    return format_html("{}<wbr>{}{}", *email.rpartition("@"))


class ToColumn(Column):
    def __init__(self) -> None:
        super().__init__("to_address", label=_("To"), classname="customer-admin-wrap")

    def get_value(self, instance: OutgoingEmail) -> str:
        return in_halves(instance.to_address)


class SubjectColumn(TitleColumn):
    """What kind of mail it is and its subject, which is known once it was made."""

    cell_template_name = "customer_admin/mail_log/subject_cell.html"

    def __init__(self) -> None:
        super().__init__("kind_label", label=_("E-mail"), get_url=detail_url, width="28%")


class CustomerColumn(TitleColumn):
    """Whom it is about, who may be gone."""

    cell_template_name = "customer_admin/mail_log/customer_cell.html"

    def __init__(self, *, get_url: Callable[[OutgoingEmail], str | None]) -> None:
        super().__init__("customer", label=_("Customer"), get_url=get_url, width="16%")


class StatusColumn(Column):
    """What became of it, when and why."""

    cell_template_name = "customer_admin/mail_log/status_cell.html"

    def __init__(self) -> None:
        super().__init__("status", label=_("Status"))

    def get_cell_context_data(self, instance: OutgoingEmail, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "reason": reason_of(instance)}


class QueuedColumn(Column):
    cell_template_name = "customer_admin/mail_log/queued_cell.html"

    def __init__(self) -> None:
        super().__init__("created_at", label=_("Queued"), width="11%")
