"""Background work: an entrance like a view. Ids in, one operation called, safe to run twice."""

import time
from datetime import timedelta

import dramatiq
from django.utils import timezone

from customer_admin.conf import app_settings
from customer_admin.models import SYSTEM, DuplicateSearch, MergeBatch, Source, acting_from
from customer_admin.operations import duplicates, merge_batches
from customer_admin.operations.mail import TASK, relay_due_emails
from customer_admin.operations.mail import deliver_email as deliver
from customer_admin.queue import chore

_waiting: dict[int, float] = {}
"""Mails that this process has relayed and that the queue may still hold, with the time at which to ask again."""


@dramatiq.actor(actor_name=TASK, max_retries=0)  # The outbox has a back-off of its own that survives the broker.
def deliver_email(email_id: int) -> None:
    with acting_from(Source.WORKER):
        deliver(email_id)


@chore(lambda: app_settings.RELAY_INTERVAL)
def relay_email() -> None:
    """Relay what is due, each mail at most once in the length of a lease, so that a backlog is not queued many times.

    The memory is this process's own: a worker that starts anew relays at once what its predecessor left behind.
    """
    now = time.monotonic()
    for key in [key for key, again in _waiting.items() if again <= now]:
        del _waiting[key]
    relayed = relay_due_emails(leave_out=_waiting)
    _waiting.update(dict.fromkeys(relayed, now + app_settings.MAIL_LEASE.total_seconds()))


@dramatiq.actor(actor_name=duplicates.TASK, max_retries=0, time_limit=3_600_000)
def find_duplicates(search_id: int) -> None:
    search = DuplicateSearch.objects.filter(pk=search_id).first()
    if search is not None:
        duplicates.find_duplicates(actor=SYSTEM, search=search)


@chore(lambda: app_settings.DUPLICATES_INTERVAL)
def keep_duplicates() -> None:
    """Look again at who was written meanwhile, and run a search whose message or worker was lost."""
    duplicates.restart_abandoned_search()
    waiting = DuplicateSearch.objects.filter(status=DuplicateSearch.Status.WAITING)
    for search in waiting.filter(created_at__lt=timezone.now() - app_settings.DUPLICATES_INTERVAL):
        duplicates.find_duplicates(actor=SYSTEM, search=search)
    while duplicates.look_again():
        pass


@dramatiq.actor(actor_name=merge_batches.TASK, max_retries=0, time_limit=3_600_000)  # What is left is found by a chore.
def carry_out_merges(batch_id: int) -> None:
    batch = MergeBatch.objects.filter(pk=batch_id).first()
    if batch is not None:
        with acting_from(Source.WORKER):
            merge_batches.carry_out_merges(batch=batch)


@chore(lambda: timedelta(minutes=1))
def keep_merges() -> None:
    """Carry on with merges whose message or worker was lost."""
    with acting_from(Source.WORKER):
        merge_batches.carry_out_abandoned_merges()
