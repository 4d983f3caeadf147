"""Merges that workers carry out: one that moves many rows, or many of customers who are certainly the same.

What is to be done are rows in the database, so nothing is lost with a message or a worker. Each merge is a transaction
of its own, which takes its row out of the queue: a worker that is killed leaves it there for the next one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError, MergeRefused
from customer_admin.models import Customer, MergeBatch, MergeRequest
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.history import lock_rows
from customer_admin.permissions import require
from customer_admin.queue import enqueue_on_commit
from customer_admin.selectors.duplicates.certain import are_certainly_one
from customer_admin.selectors.merge_requests import accounts_under_way
from customer_admin.selectors.merges import MOST_TO_MERGE, MergePreview, known_choices
from customer_admin.selectors.merges.by_hand import told_to_decide

from .merge_requests import accounts_of, decide, locked_request, reason_of
from .merges import merge_by, needs_second_person, preview_to_merge, refuse_without_second_person

logger = logging.getLogger(__name__)

TASK = "carry_out_merges"
SILENT = timedelta(minutes=2)
"""A batch that was not heard of for so long lost its worker, or its message."""
TRIES = 3
"""So often a merge is begun that never came to an end, before a person is asked to look at it."""

State = MergeRequest.State


@dataclass(frozen=True)
class QueuedMerges:
    """`batch` is what workers carry out, None for nothing; `asked` counts merges that wait for a second person."""

    batch: MergeBatch | None
    queued: int
    asked: int


def queue_merge(
    *,
    actor: AnyActor,
    survivor: Customer,
    duplicates: Iterable[Customer],
    choices: Mapping[str, Any] | None = None,
    tell_customer: bool = False,
    seen: str = "",
    reason: str = "",
) -> MergeBatch:
    """Let a worker do what `merge_customers` does, for accounts with so many rows that a person should not wait.

    Takes what that takes and refuses now what that would refuse; what stands against it only when its turn comes is
    told in the request. The actor is a user. Raises PermissionRefused, MergeRefused.
    """
    actor = _person(actor)
    refuse_without_second_person(actor, survivor)
    with transaction.atomic():
        preview = preview_to_merge(survivor, list(duplicates), choices, seen)
        if preview is None:
            raise MergeRefused(_("These accounts are merged already."), code="done")
        accounts = [each.pk for each in preview.accounts]
        queued = MergeRequest.objects.filter(state=State.QUEUED, asked_by=actor.user).select_related("batch")
        for twin in queued:
            if twin.batch is not None and set(twin.accounts) == set(accounts):
                return twin.batch
        request = _asked(actor, accounts, reason, State.QUEUED)
        request.choices, request.tell_customer = known_choices(preview, choices), tell_customer
        request.seen = preview.fingerprint
        return _batch(actor, [request])


def queue_approved_merge(*, actor: AnyActor, request: MergeRequest, seen: str = "", reason: str = "") -> MergeBatch:
    """Approve a merge as `approve_merge` does, and let a worker carry it out. Raises what that raises."""
    actor = _person(actor)
    with transaction.atomic():
        waiting = locked_request(actor, request, (State.QUEUED,))
        if waiting.batch is not None:
            return waiting.batch
        survivor, *duplicates = accounts_of(waiting)
        waiting.seen = seen or waiting.seen
        preview_to_merge(survivor, duplicates, waiting.choices, waiting.seen)
        batch = _batch(actor, [])
        decide(waiting, actor, State.QUEUED, reason, batch=batch)
        return batch


def queue_certain_merges(*, actor: AnyActor, groups: Iterable[Sequence[int]], reason: str = "") -> QueuedMerges:
    """Let workers merge groups of customers who are certainly one, each group as a change set of its own.

    `groups` has keys, that of the customer who stays first. When its turn comes a group is only merged if it is still
    certain and leaves nothing for a person to decide. Where a site wants a second person, its merges are asked for.
    The actor is a user. Raises PermissionRefused.
    """
    actor = _person(actor)
    wanted = [list(group) for group in groups if 1 < len(group) <= MOST_TO_MERGE + 1]
    with transaction.atomic():
        # Who asks for the same a moment later waits here, and then finds that it is under way.
        lock_rows(Customer, sorted({key for group in wanted for key in group}), using=router.db_for_write(Customer))
        taken = accounts_under_way()
        wanted = [group for group in wanted if taken.isdisjoint(group)]
        needing = _needing_second_person(actor, [group[0] for group in wanted])
        queued = [_asked(actor, group, reason, State.QUEUED) for group in wanted if group[0] not in needing]
        waiting = [_asked(actor, group, reason, State.WAITING) for group in wanted if group[0] in needing]
        MergeRequest.objects.bulk_create(waiting, batch_size=1000)
        batch = _batch(actor, queued, is_certain=True) if queued else None
        return QueuedMerges(batch, len(queued), len(waiting))


def _person(actor: AnyActor) -> Actor:
    actor = require(actor, "merge_customer")
    if actor.user_id is None:
        raise TypeError("Workers merge in the name of a user. The system merges by `merge_customers`.")
    return actor


def _needing_second_person(actor: Actor, survivors: Sequence[int]) -> set[int]:
    needing: dict[int, bool] = {}
    found = set()
    for chunk in in_chunks(survivors, Customer.objects.db):
        for customer in Customer.objects.filter(pk__in=chunk).select_related("site"):
            if customer.site_id not in needing:
                needing[customer.site_id] = needs_second_person(actor, customer)
            if needing[customer.site_id]:
                found.add(customer.pk)
    return found


def _asked(actor: Actor, accounts: list[int], reason: str, state: str) -> MergeRequest:
    return MergeRequest(accounts=accounts, state=state, asked_by=actor.user, asked_label=actor.label, reason=reason)


def _batch(actor: Actor, requests: list[MergeRequest], *, is_certain: bool = False) -> MergeBatch:
    batch = MergeBatch.objects.create(started_by=actor.user, started_by_label=actor.label, is_certain=is_certain)
    for request in requests:
        request.batch = batch
    MergeRequest.objects.bulk_create(requests, batch_size=1000)
    enqueue_on_commit(TASK, batch.pk)
    return batch


def carry_out_merges(*, batch: MergeBatch) -> None:
    """Do what of the batch is not done yet. Safe to run twice, and by several at once.

    Raises the first error that nobody expected, once all others are done.
    """
    queued = MergeRequest.objects.filter(batch=batch, state=State.QUEUED).order_by("pk")
    errors: list[Exception] = []
    for key in list(queued.values_list("pk", flat=True)):
        # Counted by itself, so that it stays when what follows does not come to an end.
        if queued.filter(pk=key).update(tries=F("tries") + 1):
            MergeBatch.objects.filter(pk=batch.pk).update(seen_at=timezone.now(), progress=0)
            try:
                _carry_out(key, batch)
            except Exception as error:  # It is tried again later; the others do not wait for that.
                errors.append(error)
    if errors:
        raise errors[0]


def carry_out_abandoned_merges() -> None:
    """Do what batches left that lost their worker."""
    queued = MergeRequest.objects.filter(batch=OuterRef("pk"), state=State.QUEUED)
    for batch in MergeBatch.objects.filter(Exists(queued), seen_at__lt=timezone.now() - SILENT).order_by("pk"):
        carry_out_merges(batch=batch)


def _carry_out(key: int, batch: MergeBatch) -> None:
    queued = MergeRequest.objects.filter(pk=key, state=State.QUEUED)
    try:
        with _telling(batch) as progress, transaction.atomic():
            request = queued.select_for_update(of=("self",)).first()
            if request is None:
                return
            if request.tries > TRIES:
                told = _("Its worker stopped %(count)d times while it merged these. Merge them by hand.")
                raise MergeRefused(told % {"count": TRIES}, code="worker")
            survivor, *duplicates = accounts_of(request)
            actor = _who_decided(request)
            if not request.decided_label:
                refuse_without_second_person(actor, survivor)
            done = merge_by(
                actor,
                survivor,
                duplicates,
                request.choices,
                tell_customer=request.tell_customer,
                seen=request.seen,
                reason=reason_of(request),
                check=_refuse_uncertain if batch.is_certain else None,
                progress=progress,
            )
            queued.update(state=State.MERGED, change_set=done.change_set, told="")
    except CustomerAdminError as refusal:
        queued.update(state=State.FAILED, told=_words_of(refusal))


def _who_decided(request: MergeRequest) -> Actor:
    """Raises PermissionRefused, MergeRefused when that is nobody any more."""
    user = request.decided_by if request.decided_label else request.asked_by
    if user is None:
        raise MergeRefused(_("The account of whoever wanted this was deleted meanwhile."), code="nobody")
    return require(user, "merge_customer")


def _refuse_uncertain(preview: MergePreview) -> None:
    if not are_certainly_one(preview.accounts):
        told = _("These are not certainly one customer any more, as they are now.")
        raise MergeRefused(told, code="uncertain")
    if told := told_to_decide(preview):
        raise MergeRefused(told, code="by_hand")


def _words_of(refusal: CustomerAdminError) -> str:
    obstacles = [str(each) for each in getattr(refusal, "obstacles", ())]
    return " ".join(obstacles or [refusal.message])


@contextmanager
def _telling(batch: MergeBatch) -> Iterator[Callable[[float], None] | None]:
    """Yields what notes how far the merge in hand is, by a connection of its own: that of the merge shows nothing yet.

    A batch of many small merges is told by its requests, and a database with a single writer can't tell.
    """
    using = router.db_for_write(MergeBatch)
    if batch.is_certain or not connections[using].features.has_select_for_update:
        yield None
        return
    rows = MergeBatch.objects.using(using).filter(pk=batch.pk)
    with ThreadPoolExecutor(max_workers=1) as thread:

        def tell(done: float) -> None:
            thread.submit(rows.update, progress=done, seen_at=timezone.now()).result()

        try:
            yield tell
        finally:
            thread.submit(connections.close_all).result()
