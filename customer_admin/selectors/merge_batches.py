"""How far merges are that workers carry out, and what became of each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone

from customer_admin.models import MergeBatch, MergeRequest

State = MergeRequest.State
SHOWN = 10
SLOW = timedelta(seconds=30)
"""A batch that waits so long has no worker that is free."""


@dataclass(frozen=True)
class BatchProgress:
    """How many merges of a batch there are, are done, could not be done, and wait."""

    batch: MergeBatch
    all: int
    merged: int
    failed: int
    queued: int

    @property
    def is_going_on(self) -> bool:
        return self.queued > 0

    @property
    def percent(self) -> int:
        """How much is done, the merge in hand included; a hundred only when all is."""
        if not self.is_going_on:
            return 100
        return min(int(100 * (self.all - self.queued + self.batch.progress) / self.all), 99)

    @property
    def waits_long(self) -> bool:
        """Whether no worker has begun, though there was time."""
        is_untouched = self.queued == self.all and self.batch.seen_at <= self.batch.started_at + timedelta(seconds=1)
        return is_untouched and timezone.now() - self.batch.started_at > SLOW


def progress_of(*batches: MergeBatch) -> list[BatchProgress]:
    """How far each of these is, in their order; one question for all."""
    states = {str(state): Count("pk", filter=Q(state=state)) for state in (State.MERGED, State.FAILED, State.QUEUED)}
    requests = MergeRequest.objects.filter(batch__in=batches).order_by()
    rows: Any = requests.values("batch").annotate(every=Count("pk"), **states)
    counts = {row["batch"]: (row["every"], row["merged"], row["failed"], row["queued"]) for row in rows}
    return [BatchProgress(batch, *counts.get(batch.pk, (0, 0, 0, 0))) for batch in batches]


def requests_of(batch: MergeBatch) -> QuerySet[MergeRequest]:
    """The merges of the batch: first those that a person has to look at, then those that are done, then the others."""
    rank = Case(When(state=State.FAILED, then=Value(0)), When(state=State.MERGED, then=Value(1)), default=Value(2))
    return batch.requests.select_related("change_set").order_by(rank, "pk")


def last_batches() -> list[BatchProgress]:
    """The newest batches, up to a bound."""
    return progress_of(*MergeBatch.objects.all()[:SHOWN])
