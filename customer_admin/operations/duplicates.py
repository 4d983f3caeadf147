"""Finding customers who may be the same: the search through the whole base, what is kept of it, and decisions."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from customer_admin.models import (
    Actor,
    ChangeSet,
    ChangeSetCustomer,
    ChangeSetKind,
    Customer,
    DuplicateDismissal,
    DuplicatePair,
    DuplicateSearch,
    recording,
)
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import storable
from customer_admin.permissions import require
from customer_admin.queue import enqueue_on_commit
from customer_admin.selectors.duplicates import FoundPair, WholeBase, duplicates_of

logger = logging.getLogger(__name__)

TASK = "find_duplicates"
PERMISSION = "decide_duplicates"
BATCH = 2000
SILENT = timedelta(minutes=15)
"""A search that was not heard of for so long has ended with its worker."""
MOST_OPEN_PER_CUSTOMER = 20

Status = DuplicateSearch.Status


@dataclass(frozen=True)
class Dismissed:
    """How many pairs were decided about, and how many were before. `change_set` is None when nothing was written."""

    change_set: ChangeSet | None
    changed: int
    unchanged: int


def start_search(*, actor: AnyActor) -> DuplicateSearch:
    """Let a worker look through all customers. Of two at once there is one search. Raises PermissionRefused."""
    actor = require(actor, PERMISSION)
    with transaction.atomic():
        # Who starts one at the same moment waits here, and then finds this one.
        DuplicateSearch.objects.select_for_update().only("pk").first()
        going_on = search_going_on()
        if going_on is not None:
            return going_on
        search = DuplicateSearch.objects.create(started_by_label=kept_label(actor))
        enqueue_on_commit(TASK, search.pk)
    return search


def search_going_on() -> DuplicateSearch | None:
    """The search that waits or runs, if any was heard of lately."""
    going_on = Q(status__in=[Status.WAITING, Status.RUNNING], seen_at__gt=timezone.now() - SILENT)
    return DuplicateSearch.objects.filter(going_on).first()


def restart_abandoned_search() -> DuplicateSearch | None:
    """Start the newest search anew if its worker is gone; one that is lost twice waits for somebody to start it."""
    with transaction.atomic():
        newest = DuplicateSearch.objects.select_for_update().defer("learned").first()
        if newest is None or newest.status != Status.RUNNING or newest.seen_at > timezone.now() - SILENT:
            return None
        newest.status, newest.finished_at = Status.FAILED, timezone.now()
        newest.save(update_fields=["status", "finished_at"])
        before = DuplicateSearch.objects.filter(pk__lt=newest.pk).values_list("status", flat=True).first()
        if before == Status.FAILED:
            return None
        search = DuplicateSearch.objects.create(started_by_label=newest.started_by_label)
        enqueue_on_commit(TASK, search.pk)
        return search


def find_duplicates(
    *, actor: AnyActor, search: DuplicateSearch | None = None, told: Callable[[float], None] | None = None
) -> DuplicateSearch | None:
    """Look through all customers, and keep the pairs that may be the same instead of those found before.

    Continues the waiting `search`, or makes one of its own; None when that one is no longer waiting. `told` hears how
    much is done, from 0 to 1. Decisions stay as they are. Raises PermissionRefused.
    """
    actor = require(actor, PERMISSION)
    if search is None:
        search = DuplicateSearch.objects.create(started_by_label=kept_label(actor))
    rows = DuplicateSearch.objects.filter(pk=search.pk)
    if not rows.filter(status=Status.WAITING).update(status=Status.RUNNING, seen_at=timezone.now()):
        return None
    try:
        _search(rows, told)
    except BaseException:
        rows.update(status=Status.FAILED, finished_at=timezone.now())
        raise
    search.refresh_from_db()
    return search


def _search(rows: Any, told: Callable[[float], None] | None) -> None:
    def note(done: float) -> None:
        rows.update(progress=done, seen_at=timezone.now())
        if told is not None:
            told(done)

    began, looked_until = timezone.now(), newest_closed()
    base = WholeBase(note)
    found = write_pairs(base.pairs(), began)
    note(0.95)
    DuplicatePair.objects.filter(found_at__lt=began).delete()
    rows.update(
        status=Status.DONE,
        finished_at=timezone.now(),
        progress=1.0,
        customers=len(base),
        pairs=found,
        learned=base.learned(),
        looked_until=looked_until,
    )
    note(1.0)


def newest_closed() -> int:
    """The place of the newest change set in the order of commits."""
    return ChangeSetCustomer.objects.aggregate(newest=Max("closed"))["newest"] or 0


def write_pairs(pairs: Iterable[FoundPair], now: datetime) -> int:
    """Keep these pairs, as found now; answers how many.

    Left out are those of whom one is gone by now, and customers of two sites, who can't become one.
    """
    count, remaining = 0, iter(pairs)
    while batch := list(islice(remaining, BATCH)):
        # All who write pairs take them in this order, so that a search and a look at one customer never wait in a ring.
        batch.sort(key=lambda pair: (pair.first, pair.second))
        for is_last_try in (False, True):
            try:
                with transaction.atomic():
                    count += _write_batch(batch, now)
                break
            except IntegrityError:  # A customer was deleted between the question and the commit.
                if is_last_try:
                    raise
    return count


def _write_batch(batch: list[FoundPair], now: datetime) -> int:
    sites = dict(_sites_of({key for pair in batch for key in (pair.first, pair.second)}))
    rows = [
        DuplicatePair(
            first_id=pair.first,
            second_id=pair.second,
            certainty=pair.certainty,
            level=pair.level,
            reasons=pair.reasons,
            found_at=now,
        )
        for pair in batch
        if sites.get(pair.first, NOWHERE) == sites.get(pair.second)
    ]
    DuplicatePair.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["certainty", "level", "reasons", "found_at"],
    )
    return len(rows)


NOWHERE = -1


def _sites_of(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The living ones among these customers, with their sites."""
    for chunk in in_chunks(sorted(keys), Customer.objects.db):
        yield from Customer.objects.filter(pk__in=chunk).values_list("pk", "site_id")


def look_again(*, limit: int = 200) -> int:
    """Compute the pairs anew of customers who were written since the last search; answers how many these were.

    Once a search has been made this keeps what it found up to date. It is safe to call at any time and by several.
    """
    last = DuplicateSearch.objects.filter(status=Status.DONE).first()
    if last is None:
        return 0
    written = ChangeSetCustomer.objects.filter(closed__gt=last.looked_until).order_by("closed", "pk")
    rows = list(written.values_list("customer", "closed")[:limit])
    if not rows:
        return 0
    until = rows[-1][1]
    keys = sorted({key for key, closed in rows} | set(written.filter(closed=until).values_list("customer", flat=True)))
    for key in keys:
        look_at(key)
    DuplicateSearch.objects.filter(pk=last.pk, looked_until__lt=until).update(looked_until=until)
    return len(keys)


def look_at(key: int) -> None:
    """Compute the pairs of the customer with this key anew."""
    now = timezone.now()
    customer = Customer.objects.filter(pk=key).first()
    if customer is not None:
        write_pairs((_pair_of(key, each) for each in duplicates_of(customer, MOST_OPEN_PER_CUSTOMER)), now)
    dismissed = DuplicateDismissal.objects.filter(Q(customer=key) | Q(other=key))
    decided = {each for pair in dismissed.values_list("customer_id", "other_id") for each in pair}
    stale = DuplicatePair.objects.of(key).filter(found_at__lt=now)
    if customer is not None:  # What was decided about stays to be seen.
        stale = stale.exclude(Q(first__in=decided), Q(second__in=decided))
    stale.delete()


def _pair_of(key: int, found: Any) -> FoundPair:
    first, second = sorted((key, found.customer.pk))
    return FoundPair(first, second, found.certainty, found.level, found.reasons)


def dismiss_duplicates(*, actor: AnyActor, pairs: Iterable[Any], reason: str = "") -> Dismissed:
    """Decide that these are not the same customers: `pairs` are DuplicatePair rows, or pairs of customers' keys.

    One change set, which can be taken back. Later searches remember it. Those of whom one is deleted or merged by now
    are passed over. Raises PermissionRefused.
    """
    actor = require(actor, PERMISSION)
    wanted = {_keys_of(pair) for pair in pairs}
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason) as current:
        keys = sorted({key for pair in wanted for key in pair})
        locked: set[int] = set()
        for chunk in in_chunks(keys, Customer.objects.db):
            rows = Customer.objects.filter(pk__in=chunk).select_for_update(no_key=True).order_by("pk")
            locked.update(rows.values_list("pk", flat=True))
        known: set[tuple[int, int]] = set()
        for chunk in in_chunks(keys, Customer.objects.db):
            decided = DuplicateDismissal.objects.filter(Q(customer__in=chunk))
            decided |= DuplicateDismissal.objects.filter(Q(other__in=chunk))
            known.update(_keys_of(pair) for pair in decided.values_list("customer_id", "other_id"))
        new = sorted(pair for pair in wanted - known if locked.issuperset(pair) and pair[0] != pair[1])
        DuplicateDismissal.objects.bulk_create([_decision(actor, pair, reason) for pair in new])
        return Dismissed(current.change_set if new else None, len(new), len(wanted & known))


def _keys_of(pair: Any) -> tuple[int, int]:
    first, second = (pair.first_id, pair.second_id) if isinstance(pair, DuplicatePair) else pair
    first, second = sorted(getattr(each, "pk", each) for each in (first, second))
    return first, second


def _decision(actor: Actor, pair: tuple[int, int], reason: str) -> DuplicateDismissal:
    return DuplicateDismissal(
        customer_id=pair[0],
        other_id=pair[1],
        dismissed_by_id=actor.user_id,
        dismissed_by_label=kept_label(actor),
        reason=storable(reason)[:500],
    )
