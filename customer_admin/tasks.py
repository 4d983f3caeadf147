"""Background work: an entrance like a view. Ids in, one operation called, safe to run twice."""

import dramatiq

from customer_admin.conf import app_settings
from customer_admin.models import Source, acting_from
from customer_admin.operations.mail import deliver_email as deliver
from customer_admin.operations.mail import relay_due_emails
from customer_admin.queue import chore


@dramatiq.actor(max_retries=0)  # The outbox has a back-off of its own that survives the broker.
def deliver_email(email_id: int) -> None:
    with acting_from(Source.WORKER):
        deliver(email_id)


@chore(lambda: app_settings.RELAY_INTERVAL)
def relay_email() -> None:
    relay_due_emails()
