"""What a customer's orders come to, over time and by kind, and how an order came to its customer."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from customer_admin.models import SYSTEM, Order, recording
from customer_admin.operations import revert_change_set
from customer_admin.selectors.orders import (
    MONTHS_PLOTTED,
    order_counts_of,
    order_totals_of,
    orders_over_time,
)
from customer_admin.selectors.owners import change_set_of_owner
from tests.factories import make_customer, make_manager, make_order, make_staff

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def months_ago(count: int) -> datetime.datetime:
    month = TODAY().year * 12 + TODAY().month - 1 - count
    return datetime.datetime(month // 12, month % 12 + 1, 3, 12, tzinfo=datetime.UTC)


def test_totals_are_told_for_each_currency_and_cancelled_orders_do_not_count() -> None:
    customer = make_customer()
    make_order(customer, total=Decimal("1.50")), make_order(customer, total=Decimal("2"), status="open")
    make_order(customer, total=Decimal("7"), currency="EUR")
    make_order(customer, status="cancelled"), make_order(customer, status="refunded"), make_order(make_customer())
    totals = [(each.currency, each.count, each.sum) for each in order_totals_of(customer)]
    assert totals == [("EUR", 1, Decimal("7.00")), ("USD", 2, Decimal("3.50"))]


def test_orders_of_the_last_two_years_are_told_by_month_up_to_today() -> None:
    customer = make_customer()
    for age in (0, 0, 5, 23, 24, 90):
        make_order(customer, placed_at=months_ago(age))
    make_order(customer, placed_at=months_ago(5), status="cancelled")
    over_time = orders_over_time(customer, order_totals_of(customer))
    assert over_time is not None
    assert over_time.unit == "month"
    assert len(over_time.by_start) == MONTHS_PLOTTED
    counts = {start: count for start, count in over_time.by_start.items() if count}
    assert counts == {months_ago(age).date().replace(day=1): n for age, n in ((0, 2), (5, 1), (23, 1))}
    assert max(over_time.by_start) == TODAY().replace(day=1)


def test_orders_that_are_all_older_are_told_by_year_without_a_gap() -> None:
    customer = make_customer()
    this = TODAY().year
    for age in (60, 9, 5, 5):
        make_order(customer, placed_at=datetime.datetime(this - age, 6, 1, tzinfo=datetime.UTC))
    over_time = orders_over_time(customer, order_totals_of(customer))
    assert over_time is not None
    assert (over_time.unit, len(over_time.by_start)) == ("year", 30)
    assert {start.year: count for start, count in over_time.by_start.items() if count} == {this - 9: 1, this - 5: 2}


def test_orders_of_another_age_are_told_up_to_the_last_of_them() -> None:
    customer = make_customer()
    for year in (1950, 1953):
        make_order(customer, placed_at=datetime.datetime(year, 6, 1, tzinfo=datetime.UTC))
    over_time = orders_over_time(customer, order_totals_of(customer))
    assert over_time is not None
    assert [(start.year, count) for start, count in over_time.by_start.items()] == [
        (1950, 1),
        (1951, 0),
        (1952, 0),
        (1953, 1),
    ]


@pytest.mark.parametrize(("year", "month", "day"), [(1, 1, 1), (1899, 12, 1), (9999, 12, 31)])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_date_that_can_not_be_right_makes_no_plot(year: int, month: int, day: int, zone: str) -> None:
    customer = make_customer()
    make_order(customer, placed_at=datetime.datetime(year, month, day, 22, tzinfo=datetime.UTC))
    with timezone.override(zone):
        over_time = orders_over_time(customer, order_totals_of(customer))
    assert over_time is None


def test_nothing_over_time_without_orders_that_count() -> None:
    customer = make_customer()
    make_order(customer, status="cancelled")
    assert orders_over_time(customer, order_totals_of(customer)) is None


def test_orders_are_counted_by_status_and_by_year() -> None:
    customer = make_customer()
    for year, status in ((2020, "open"), (2020, "completed"), (2022, "completed")):
        make_order(customer, placed_at=datetime.datetime(year, 6, 1, tzinfo=datetime.UTC), status=status)
    make_order(make_customer())
    counts = order_counts_of(customer)
    assert (counts.by_status, counts.total) == ({"open": 1, "completed": 2}, 3)
    assert list(counts.by_year.items()) == [(2022, 1), (2020, 2)]


def test_who_gave_an_order_its_customer_is_the_last_one_who_did() -> None:
    first, second = make_customer(), make_customer()
    order, till, clerk = make_order(first), make_staff("till"), make_manager("max")
    made = change_set_of_owner(order)
    assert made is not None
    assert made.reason == "Test data"
    with recording(actor=clerk, kind="assign", reason="Typed wrongly"):
        Order.objects.filter(pk=order.pk).update(customer=second)
    with recording(actor=till, kind="edit"):
        Order.objects.filter(pk=order.pk).update(status="open")
    order.refresh_from_db()
    assigned = change_set_of_owner(order)
    assert assigned is not None
    assert (assigned.kind, assigned.actor) == ("assign", clerk)
    revert_change_set(actor=SYSTEM, change_set=assigned)
    order.refresh_from_db()
    back = change_set_of_owner(order)
    assert back is not None
    assert (order.customer, back.kind) == (first, "revert")


def test_nobody_gave_an_order_that_has_no_customer_or_that_history_does_not_know() -> None:
    assert change_set_of_owner(make_order(None)) is None
    order = make_order(make_customer())
    order.customer_id = make_customer().pk
    assert change_set_of_owner(order) is None
