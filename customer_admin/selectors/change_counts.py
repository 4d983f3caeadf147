"""How many changes of each kind were made over time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone

from customer_admin.models import ChangeSet, ChangeSetKind

EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
USUAL = timedelta(weeks=12) - timedelta(days=1)
LONGEST = timedelta(days=10 * 366)
UNITS = (
    ("day", timedelta(days=31), TruncDay),
    ("week", timedelta(weeks=53), TruncWeek),
    ("month", LONGEST, TruncMonth),
)


@dataclass(frozen=True)
class Counts:
    """How many change sets there are by the first day of each `unit` ("day", "week", "month") and by kind."""

    unit: str
    first: date
    last: date
    by_start: dict[date, dict[str, int]]

    @property
    def kinds(self) -> list[ChangeSetKind]:
        """The kinds that occur."""
        seen = {kind for counts in self.by_start.values() for kind in counts}
        return [kind for kind in ChangeSetKind if kind.value in seen]

    @property
    def total(self) -> int:
        return sum(sum(counts.values()) for counts in self.by_start.values())


def counts_over_time(change_sets: QuerySet[ChangeSet], first: date | None = None, last: date | None = None) -> Counts:
    """Those from `first` to `last`, both inclusive, by default the last twelve weeks, and never more than ten years."""
    last = _bounded(last or max(timezone.localdate(), first or EARLIEST))
    first = max(_bounded(first or last - USUAL), last - LONGEST)
    unit, _longest, truncated = next(entry for entry in UNITS if last - first <= entry[1])
    rows = (
        change_sets.order_by()
        .filter(created_at__gte=_midnight(first), created_at__lt=_midnight(last + timedelta(days=1)))
        .annotate(start=truncated("created_at"))
        .values_list("start", "kind")
        .annotate(n=Count("pk"))
    )
    by_start: dict[date, dict[str, int]] = {start: {} for start in starts(unit, first, last)}
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for start, kind, count in rows:
        found[timezone.localtime(start).date()][kind] = count
    return Counts(unit, first, last, by_start | found)


def starts(unit: str, first: date, last: date) -> list[date]:
    """The first day of each day, week or month between two days."""
    if unit == "day":
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if unit == "week":
        monday = first - timedelta(days=first.weekday())
        return [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
