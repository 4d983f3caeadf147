"""Reads about mails that were queued and sent: lists, what became of one, and which repeats which."""

import re

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customer_admin.models import Customer, OutgoingEmail

LONG = ("context", "sent_text", "sent_html")
"""Columns that no list shows."""
LONGEST_CHAIN = 50
_ANSWER = re.compile(r"[245][0-9]{2} ")
_UNREACHABLE = {
    "ConnectionRefusedError", "ConnectionResetError", "TimeoutError", "gaierror", "SMTPServerDisconnected",
    "SMTPConnectError", "OSError",
}  # fmt: skip


def emails_for_listing() -> QuerySet[OutgoingEmail]:
    """All mails, newest first, with the customers whom they are about."""
    return OutgoingEmail.objects.select_related("customer").defer(*LONG).order_by("-created_at", "-pk")


def emails_of(customer: Customer, section: str) -> QuerySet[OutgoingEmail]:
    """The mails of one section about this customer, newest first, with what is asked before one is sent again."""
    mails = OutgoingEmail.objects.filter(customer=customer, section=section)
    return mails.select_related("customer", "login", "linked_email").defer(*LONG).order_by("-created_at", "-pk")


def has_campaign_emails(customer: Customer) -> bool:
    return OutgoingEmail.objects.filter(customer=customer, section=OutgoingEmail.Section.CAMPAIGN).exists()


def chain_of(email: OutgoingEmail) -> tuple[OutgoingEmail | None, list[OutgoingEmail]]:
    """The mail that this one repeats, if any, and those that repeat this one, the oldest first."""
    repeats = email.resends.defer(*LONG).order_by("pk")[:LONGEST_CHAIN]
    return email.resend_of, list(repeats)


def reason_of(email: OutgoingEmail) -> str:
    """Why a mail was not sent, or not yet, in words; "" when there is nothing to say."""
    if email.status == OutgoingEmail.Status.SKIPPED:
        return str(email.get_skip_reason_display())
    if email.status == OutgoingEmail.Status.SENT or not email.error:
        return ""
    told = _error_in_words(email.error)
    if email.is_on_its_way and email.next_attempt_at > timezone.now():
        when = date_format(timezone.localtime(email.next_attempt_at), "SHORT_DATETIME_FORMAT")
        return _("%(error)s It is tried again %(when)s.") % {"error": told, "when": when}
    return told


def _error_in_words(error: str) -> str:
    if _ANSWER.match(error):
        return _("The mail server answered: %(answer)s.") % {"answer": error.rstrip(".")}
    if error.partition(":")[0] in _UNREACHABLE:
        return _("The mail server could not be reached (%(error)s).") % {"error": error.rstrip(".")}
    return error if error.endswith((".", "…")) else f"{error}."
