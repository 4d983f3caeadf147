"""What became of the demo's mails, at the times at which it would have."""

import datetime
from typing import Any

from customer_admin.mail.copies import copy_of
from customer_admin.mail.messages import build_message
from customer_admin.models import OutgoingEmail
from customer_admin.operations.mail import WITH_SUBJECTS

NO_SUCH_MAILBOX = "550 5.1.1 <{}>: Recipient address rejected: User unknown"


def was_sent(email: OutgoingEmail, when: datetime.datetime) -> None:
    """Note that the mail was queued then and left a moment later, with what it said."""
    email = OutgoingEmail.objects.select_related(*WITH_SUBJECTS).get(pk=email.pk)
    message = build_message(email)
    copy = copy_of(email, message)
    _note(
        email,
        status=OutgoingEmail.Status.SENT,
        subject=message.subject,
        sent_text=copy.text,
        sent_html=copy.html,
        created_at=when,
        sent_at=when + datetime.timedelta(seconds=4),
    )


def was_refused(email: OutgoingEmail, when: datetime.datetime) -> None:
    """Note that there is no such mailbox."""
    error = NO_SUCH_MAILBOX.format(email.to_address)
    nothing = {"sent_text": "", "sent_html": "", "sent_at": None}
    _note(email, status=OutgoingEmail.Status.FAILED, error=error, created_at=when, **nothing)


def _note(email: OutgoingEmail, **fields: Any) -> None:
    OutgoingEmail.objects.filter(pk=email.pk).update(attempts=1, **fields)
