"""How many changes of each kind there are over time."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.models import ChangeSet
from customer_admin.selectors.change_counts import Counts, counts_over_time, starts

pytestmark = pytest.mark.django_db


def write(day: str, kind: str = "edit", hour: int = 12) -> None:
    moment = timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T{hour:02}:30"))
    ChangeSet.objects.create(kind=kind, actor_kind="staff", actor_label="Sue", created_at=moment)


def count(first: str | None = None, last: str | None = None) -> Counts:
    days: Any = (datetime.date.fromisoformat(day) if day else None for day in (first, last))
    return counts_over_time(ChangeSet.objects.all(), *days)


def test_a_month_is_counted_by_days_and_both_ends_count() -> None:
    for day, kind, hour in (
        ("2026-02-28", "edit", 23),
        ("2026-03-01", "edit", 0),
        ("2026-03-01", "merge", 5),
        ("2026-03-31", "edit", 23),
        ("2026-04-01", "edit", 0),
    ):
        write(day, kind, hour)
    counts = count("2026-03-01", "2026-03-31")
    assert (counts.unit, len(counts.by_start), counts.total) == ("day", 31, 3)
    assert counts.by_start[datetime.date(2026, 3, 1)] == {"edit": 1, "merge": 1}
    assert counts.by_start[datetime.date(2026, 3, 31)] == {"edit": 1}
    assert [kind.value for kind in counts.kinds] == ["edit", "merge"]


def test_a_year_is_counted_by_weeks_that_begin_on_monday() -> None:
    write("2026-03-04")
    write("2026-03-08")
    counts = count("2026-01-01", "2026-12-31")
    assert counts.unit == "week"
    assert counts.by_start[datetime.date(2026, 3, 2)] == {"edit": 2}
    assert min(counts.by_start) == datetime.date(2025, 12, 29)


def test_longer_times_are_counted_by_months() -> None:
    write("2024-05-31")
    counts = count("2024-01-15", "2026-02-01")
    assert (counts.unit, len(counts.by_start)) == ("month", 26)
    assert counts.by_start[datetime.date(2024, 5, 1)] == {"edit": 1}


def test_without_dates_the_last_twelve_weeks_count() -> None:
    today = timezone.localdate()
    counts = count()
    assert (counts.first, counts.last) == (today - datetime.timedelta(days=83), today)
    assert count(last="2026-03-31").first == datetime.date(2026, 1, 7)


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01", "9999-12-31"), ("9999-12-31", None), (None, "0001-01-01"), ("2026-03-02", "2026-03-01")],
)
def test_times_that_make_no_sense_are_counted_as_nothing(first: str | None, last: str | None) -> None:
    write("2026-03-01")
    counts = count(first, last)
    assert counts.total == 0
    assert len(counts.by_start) < 200


def test_every_day_week_and_month_between_has_its_place() -> None:
    first, last = datetime.date(2026, 1, 31), datetime.date(2026, 2, 2)
    assert [day.day for day in starts("day", first, last)] == [31, 1, 2]
    assert [day.day for day in starts("week", first, last)] == [26, 2]
    assert [day.month for day in starts("month", first, last)] == [1, 2]
