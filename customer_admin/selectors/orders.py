"""Reads about a customer's orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Min, QuerySet, Sum, Value
from django.db.models.functions import ExtractYear, TruncMonth, TruncYear, Upper
from django.db.models.lookups import Exact
from django.utils import timezone

from customer_admin.models import Customer, Order
from customer_admin.models.keys import storable

from .change_counts import EARLIEST, starts

COUNTED = [Order.Status.OPEN, Order.Status.COMPLETED]
MONTHS_PLOTTED, YEARS_PLOTTED = 24, 30
AHEAD = timedelta(days=366)
"""An order may be dated ahead; one that is further ahead is not plotted."""

LARGEST_KEY = 2**63 - 1
LONGEST_NUMBER = Order._meta.get_field("number").max_length or 0


@dataclass(frozen=True)
class OrderTotals:
    """What all orders of one customer in one currency come to; cancelled and refunded ones do not count."""

    currency: str
    count: int
    sum: Decimal
    first: datetime
    last: datetime


def orders_of(customer: Customer) -> QuerySet[Order]:
    """The customer's orders, newest first."""
    return Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")


def order_that_left(customer: Customer, key: int) -> Order | None:
    """The order with this key, if it was the customer's once, or stayed behind with an account merged into theirs."""
    order = Order.objects.filter(pk=key).select_related("customer").first() if key <= LARGEST_KEY else None
    if order is None or order.customer_id == customer.pk:
        return None
    stayed_behind = order.customer is not None and order.customer.merged_into_id == customer.pk
    return order if stayed_behind or Order.history.filter(id=key, customer=customer.pk).exists() else None


def orders_numbered(number: str) -> list[Order]:
    """The order with this number as it is written, else those that differ in capital letters only; with customers."""
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER or storable(number) != number:
        return []
    orders = Order.objects.select_related("customer").order_by("number")
    # Both sides in the database, since Python has other capital letters than some of them.
    return list(orders.filter(number=number)) or list(orders.filter(Exact(Upper("number"), Upper(Value(number)))))


def order_totals_of(customer: Customer) -> list[OrderTotals]:
    """One entry for each currency the customer ordered in."""
    return totals_of(orders_of(customer))


def totals_of(orders: QuerySet[Order]) -> list[OrderTotals]:
    """What these orders come to, one entry for each currency."""
    rows = (
        orders.filter(status__in=COUNTED)
        .order_by("currency")
        .values("currency")
        .annotate(count=Count("pk"), sum=Sum("total"), first=Min("placed_at"), last=Max("placed_at"))
    )
    return [OrderTotals(**row) for row in rows]


@dataclass(frozen=True)
class OrdersOverTime:
    """How many orders there are by the first day of each `unit` ("month", "year")."""

    unit: str
    by_start: dict[date, int]

    @property
    def total(self) -> int:
        return sum(self.by_start.values())


def orders_over_time(customer: Customer, totals: Sequence[OrderTotals]) -> OrdersOverTime | None:
    """The orders that count in `totals`, by month over the last 24, or by year when all of them are older.

    None when there are none, or none of these times. Months and years without an order are there as well, up to today.
    """
    if not totals:
        return None
    today = timezone.localdate()
    oldest, newest = _day(min(total.first for total in totals)), _day(max(total.last for total in totals))
    month = today.year * 12 + today.month - MONTHS_PLOTTED
    first, unit = date(month // 12, month % 12 + 1, 1), "month"
    last = min(max(today, newest), today + AHEAD)
    if newest < first:
        last, unit = (today if newest.year > today.year - YEARS_PLOTTED else newest), "year"
        first = date(max(oldest.year, last.year - YEARS_PLOTTED + 1, EARLIEST.year), 1, 1)
    truncated = TruncMonth if unit == "month" else TruncYear
    rows = (
        Order.objects.filter(customer=customer, status__in=COUNTED, placed_at__gte=_midnight(first))
        .filter(placed_at__lt=_midnight(last + timedelta(days=1)))
        .order_by()
        .annotate(start=truncated("placed_at"))
        .values_list("start")
        .annotate(n=Count("pk"))
    )
    found = {start.date(): count for start, count in rows}
    by_start = {start: found.get(start, 0) for start in _starts(unit, first, last)}
    return OrdersOverTime(unit, by_start) if any(by_start.values()) else None


def _starts(unit: str, first: date, last: date) -> list[date]:
    if unit == "year":
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return starts(unit, first, last)


def _day(moment: datetime) -> date:
    try:
        return timezone.localdate(moment)
    except OverflowError:  # The last day of the calendar, east of Greenwich: somebody's way to say "never".
        return moment.date()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class OrderCounts:
    """How many orders a customer has of each status and from each year, the newest year first."""

    by_status: dict[str, int]
    by_year: dict[int, int]
    total: int


def order_counts_of(customer: Customer) -> OrderCounts:
    rows = (
        Order.objects.filter(customer=customer)
        .order_by()
        .annotate(year=ExtractYear("placed_at"))
        .values_list("status", "year")
        .annotate(n=Count("pk"))
    )
    by_status: dict[str, int] = {}
    by_year: dict[int, int] = {}
    total = 0
    for status, year, count in rows:
        by_status[status] = by_status.get(status, 0) + count
        by_year[year] = by_year.get(year, 0) + count
        total += count
    return OrderCounts(by_status, dict(sorted(by_year.items(), reverse=True)), total)
