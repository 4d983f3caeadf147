"""Reads about a customer's orders."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, QuerySet, Sum, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from customer_admin.models import Customer, Order
from customer_admin.models.keys import storable

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
    counted = orders_of(customer).filter(status__in=[Order.Status.OPEN, Order.Status.COMPLETED]).order_by("currency")
    rows = counted.values("currency").annotate(
        count=Count("pk"), sum=Sum("total"), first=Min("placed_at"), last=Max("placed_at")
    )
    return [OrderTotals(**row) for row in rows]
