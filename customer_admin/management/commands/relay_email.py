"""Queues every mail that should have been sent by now once more, and says how many."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin import queue
from customer_admin.operations.mail import deliver_email, due_emails, relay_due_emails


class Command(BaseCommand):
    help = (
        "Queue every e-mail that should have been sent by now once more. Workers do so by themselves every few "
        "seconds; this is for those who do not want to wait. With the in-process broker they are sent here and now."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if queue.runs_in_process():  # Its messages end with this process, so nobody would ever take them.
            self._send_here()
            return
        try:
            count = len(relay_due_emails(limit=None))
        except Exception as error:  # Each broker's client has errors of its own.
            raise CommandError(
                _("The broker can't be reached (%(error)s). No mail is lost: start the broker and try again.")
                % {"error": error}
            ) from error
        self.stdout.write(ngettext("%(count)d e-mail queued.", "%(count)d e-mails queued.", count) % {"count": count})

    def _send_here(self) -> None:
        due = due_emails()
        sent = sum(deliver_email(key) for key in due)
        self.stdout.write(_("%(sent)d of %(due)d e-mails sent.") % {"sent": sent, "due": len(due)})
