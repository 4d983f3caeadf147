"""The outbox: a mail is a row in the transaction of its cause, then a message to a worker, then a mail.

A crash at any point loses none: what was written is found again by `relay_due_emails`. A crash between the mail
server's acceptance and our note of it sends a mail twice, with the same Message-ID; no protocol can exclude that.
"""

import logging
import smtplib
from collections.abc import Container
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.conf import app_settings
from customer_admin.errors import MailRefused
from customer_admin.mail.copies import Copy, copy_of
from customer_admin.mail.links import hide_tokens
from customer_admin.mail.messages import LINK_KINDS, LOGIN_KINDS, VERIFY_KIND, build_message, sender_of, without_nul
from customer_admin.models import Customer, LinkedEmail, OutgoingEmail, PortalLogin
from customer_admin.models.keys import email_key
from customer_admin.queue import enqueue, enqueue_on_commit
from customer_admin.selectors.site_settings import settings_of

logger = logging.getLogger(__name__)

Status = OutgoingEmail.Status
TASK = "customer_admin.deliver_email"
"""The name under which the workers know the task that sends a mail."""
FIRST_PAUSE = timedelta(seconds=30)
RELAY_BATCH = 500
DOUBLE_CLICK = timedelta(minutes=1)
WITH_SUBJECTS = ("customer__site", "login__user", "login__customer__site", "linked_email__customer__site")
"""Whom a mail is about, which is asked for with it."""


def queue_email(
    *,
    kind: str,
    login: PortalLogin | None = None,
    customer: Customer | None = None,
    linked_email: LinkedEmail | None = None,
    to_address: str = "",
    context: dict[str, Any] | None = None,
    **fields: Any,
) -> OutgoingEmail:
    """Write a mail into the outbox; a worker sends it once this transaction is committed.

    `kind` names the folder of its templates. It goes to `to_address`, else to the login's address, else to the
    customer's. `context` must hold nothing secret; `fields` are further ones of `OutgoingEmail`. Raises MailRefused
    when there is no address at all.
    """
    customer = customer or (login.customer if login else None)
    to_address = to_address or (login.email if login else "") or (customer.email if customer else "")
    if not to_address:
        raise MailRefused(_("There is no e-mail address to write to. Enter one for this customer first."))
    email = OutgoingEmail.objects.create(
        kind=kind,
        login=login,
        customer=customer,
        linked_email=linked_email,
        to_address=to_address,
        from_address=sender_of(settings_of(customer.site) if customer else None),
        language=customer.language if customer else "",
        context=without_nul(context or {}),
        **fields,
    )
    enqueue_on_commit(TASK, email.pk)
    return email


def just_queued(mails: QuerySet[OutgoingEmail], address: str) -> OutgoingEmail | None:
    """The one of `mails` to this address that the click before this one queued and that is still on its way."""
    recent = mails.filter(created_at__gt=timezone.now() - DOUBLE_CLICK)
    return next((each for each in recent if each.is_on_its_way and each.to_address == address), None)


def deliver_email(email_id: int) -> bool:
    """Send one mail if it is due and nobody else is at it. Answers whether it was sent now."""
    email = _claim(email_id)
    if email is None:
        return False
    if email.attempts > app_settings.MAIL_MAX_ATTEMPTS:
        _finish(email, status=Status.FAILED, error=email.error or _("Each worker that tried to send this stopped."))
        return False
    skip_reason = _reason_to_skip(email)
    if skip_reason:
        _finish(email, status=Status.SKIPPED, skip_reason=skip_reason)
        return False
    if email.login is not None and follows_login(email):
        # The address may have been corrected since; a link must never go to the former one.
        email.to_address = email.login.email
    try:
        message = build_message(email)
        copy = copy_of(email, message)
        email.subject = copy.subject[:255]
        if message.send() == 0:
            raise MailRefused("The mail transport took no message.")
    except Exception as error:
        _failed(email, error)
        return False
    _finish(email, status=Status.SENT, sent_at=timezone.now(), error="", **_kept(copy))
    return True


def follows_login(email: OutgoingEmail) -> bool:
    """Whether the mail goes to the address that its login has when it is sent, whatever it was queued for."""
    return email.kind in LINK_KINDS or (email.kind in LOGIN_KINDS and not email.keeps_address)


def relay_due_emails(*, leave_out: Container[int] = (), limit: int | None = RELAY_BATCH) -> list[int]:
    """Queue the mails that are due once more: those whose message was lost, whose worker died, whose pause is over.

    Looks at the `limit` that have waited longest, all for None, passes over the keys in `leave_out` and answers the
    keys that were queued. Raises what the broker raises.
    """
    keys = [key for key in due_emails(limit) if key not in leave_out]
    for key in keys:
        enqueue(TASK, key)
    return keys


def due_emails(limit: int | None = None) -> list[int]:
    """The keys of the mails that should be sent now, those that have waited longest first."""
    due = OutgoingEmail.objects.filter(_is_due()).order_by("next_attempt_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def _is_due() -> Q:
    return Q(status__in=[Status.QUEUED, Status.SENDING], next_attempt_at__lte=timezone.now())


def _claim(email_id: int) -> OutgoingEmail | None:
    """Take the mail for as long as the lease lasts. Of two workers at once, the number of attempts lets one win."""
    due = OutgoingEmail.objects.filter(_is_due(), pk=email_id)
    email = due.select_related(*WITH_SUBJECTS).first()
    if email is None:
        return None
    claimed = due.filter(attempts=email.attempts).update(
        status=Status.SENDING,
        attempts=F("attempts") + 1,
        next_attempt_at=timezone.now() + app_settings.MAIL_LEASE,
    )
    if not claimed:
        return None
    email.attempts += 1
    return email


def _reason_to_skip(email: OutgoingEmail) -> str:
    if email.kind == VERIFY_KIND:
        return _reason_not_to_verify(email)
    if email.kind not in LOGIN_KINDS:
        return ""
    if email.login is None:
        return OutgoingEmail.SkipReason.LOGIN_GONE
    if not (email.login.is_enabled and email.login.user.is_active):
        return OutgoingEmail.SkipReason.LOGIN_DISABLED
    if not settings_of(email.login.customer.site).portal_enabled:
        return OutgoingEmail.SkipReason.PORTAL_OFF
    return ""


def _reason_not_to_verify(email: OutgoingEmail) -> str:
    linked = email.linked_email
    if linked is None:
        return OutgoingEmail.SkipReason.LINKED_EMAIL_GONE
    if email_key(linked.email) != email_key(email.to_address):
        return OutgoingEmail.SkipReason.ADDRESS_CHANGED
    return OutgoingEmail.SkipReason.ALREADY_VERIFIED if linked.is_verified else ""


def _kept(copy: Copy) -> dict[str, str]:
    return {"sent_text": copy.text, "sent_html": copy.html}


def _failed(email: OutgoingEmail, error: Exception) -> None:
    """Try again later, four times as late each time; give up when it is refused for good or tries run out."""
    logger.warning("Mail %s (%s) could not be sent: %s", email.pk, email.kind, type(error).__name__)
    told = without_nul(hide_tokens(_in_words(error)))[:500]
    if _is_refused_for_good(error) or email.attempts >= app_settings.MAIL_MAX_ATTEMPTS:
        _finish(email, status=Status.FAILED, error=told)
    else:
        pause = FIRST_PAUSE * 4 ** (email.attempts - 1)
        _finish(email, status=Status.QUEUED, error=told, next_attempt_at=timezone.now() + pause)


def _is_refused_for_good(error: Exception) -> bool:
    """Whether another try can't help. A wrong password or sender can be set right, so these are tried again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, MailRefused)


def _in_words(error: Exception) -> str:
    """What the mail server said, else what happened."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(*answer) for answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, MailRefused):
        return error.message
    return f"{type(error).__name__}: {error}"


def _answer(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def _finish(email: OutgoingEmail, **fields: Any) -> None:
    """Note what became of the mail, unless the lease ran out and somebody else has it now."""
    with transaction.atomic():
        OutgoingEmail.objects.filter(pk=email.pk, status=Status.SENDING, attempts=email.attempts).update(
            subject=email.subject, to_address=email.to_address, **fields
        )
