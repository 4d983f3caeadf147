"""The outbox: a mail is a row in the transaction of its cause, then a message to a worker, then a mail.

A crash at any point loses none: what was written is found again by `relay_due_emails`. A crash between the mail
server's acceptance and our note of it sends a mail twice, with the same Message-ID; no protocol can exclude that.
"""

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from customer_admin.conf import app_settings
from customer_admin.mail.messages import LINK_KINDS, build_message, sender_of
from customer_admin.models import Customer, OutgoingEmail, PortalLogin
from customer_admin.queue import enqueue, enqueue_on_commit
from customer_admin.selectors.site_settings import settings_of

logger = logging.getLogger(__name__)

Status = OutgoingEmail.Status
FIRST_PAUSE = timedelta(seconds=30)
RELAY_BATCH = 500


def queue_email(
    *,
    kind: str,
    login: PortalLogin | None = None,
    customer: Customer | None = None,
    to_address: str = "",
    context: dict[str, Any] | None = None,
) -> OutgoingEmail:
    """Write a mail into the outbox; a worker sends it once this transaction is committed.

    `kind` names the folder of its templates. It goes to `to_address`, else to the login's address, else to the
    customer's. `context` must hold nothing secret.
    """
    customer = customer or (login.customer if login else None)
    email = OutgoingEmail.objects.create(
        kind=kind,
        login=login,
        customer=customer,
        to_address=to_address or (login.email if login else "") or (customer.email if customer else ""),
        from_address=sender_of(settings_of(customer.site) if customer else None),
        language=customer.language if customer else "",
        context=context or {},
    )
    enqueue_on_commit("deliver_email", email.pk)
    return email


def deliver_email(email_id: int) -> bool:
    """Send one mail if it is due and nobody else is at it. Answers whether it was sent now."""
    email = _claim(email_id)
    if email is None:
        return False
    skip_reason = _reason_to_skip(email)
    if skip_reason:
        _finish(email, status=Status.SKIPPED, skip_reason=skip_reason)
        return False
    try:
        message = build_message(email)
        email.subject = message.subject[:255]
        message.send()
    except Exception as error:
        _failed(email, error)
        return False
    _finish(email, status=Status.SENT, sent_at=timezone.now(), subject=email.subject, error="")
    return True


def relay_due_emails() -> int:
    """Queue every mail that is due once more: those whose message was lost, whose worker died, whose pause is over."""
    due = OutgoingEmail.objects.filter(_is_due()).order_by("next_attempt_at")
    keys = list(due.values_list("pk", flat=True)[:RELAY_BATCH])
    for key in keys:
        enqueue("deliver_email", key)
    return len(keys)


def _is_due() -> Q:
    return Q(status__in=[Status.QUEUED, Status.SENDING], next_attempt_at__lte=timezone.now())


def _claim(email_id: int) -> OutgoingEmail | None:
    """Take the mail for as long as the lease lasts; one statement, so only one worker can."""
    claimed = OutgoingEmail.objects.filter(_is_due(), pk=email_id).update(
        status=Status.SENDING,
        attempts=F("attempts") + 1,
        next_attempt_at=timezone.now() + app_settings.MAIL_LEASE,
    )
    if not claimed:
        return None
    return OutgoingEmail.objects.select_related("customer__site", "login__user", "login__customer__site").get(
        pk=email_id
    )


def _reason_to_skip(email: OutgoingEmail) -> str:
    if email.kind not in LINK_KINDS:
        return ""
    if email.login is None:
        return OutgoingEmail.SkipReason.LOGIN_GONE
    if not email.login.is_enabled:
        return OutgoingEmail.SkipReason.LOGIN_DISABLED
    if not settings_of(email.login.customer.site).portal_enabled:
        return OutgoingEmail.SkipReason.PORTAL_OFF
    return ""


def _failed(email: OutgoingEmail, error: Exception) -> None:
    """Try again later, twice as late each time; give up when the address is refused for good or tries run out."""
    refused = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _message in error.recipients.values()
    )
    logger.warning("Mail %s (%s) could not be sent: %s", email.pk, email.kind, type(error).__name__)
    told = {"error": f"{type(error).__name__}: {error}"[:500], "subject": email.subject}
    if refused or email.attempts >= app_settings.MAIL_MAX_ATTEMPTS:
        _finish(email, status=Status.FAILED, **told)
    else:
        pause = FIRST_PAUSE * 4 ** (email.attempts - 1)
        _finish(email, status=Status.QUEUED, next_attempt_at=timezone.now() + pause, **told)


def _finish(email: OutgoingEmail, **fields: Any) -> None:
    with transaction.atomic():
        OutgoingEmail.objects.filter(pk=email.pk, status=Status.SENDING, attempts=email.attempts).update(**fields)
