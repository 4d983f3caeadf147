"""Reads about a customer's orders."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, QuerySet, Sum

from customer_admin.models import Customer, Order


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


def order_totals_of(customer: Customer) -> list[OrderTotals]:
    """One entry for each currency the customer ordered in."""
    counted = orders_of(customer).filter(status__in=[Order.Status.OPEN, Order.Status.COMPLETED]).order_by("currency")
    rows = counted.values("currency").annotate(
        count=Count("pk"), sum=Sum("total"), first=Min("placed_at"), last=Max("placed_at")
    )
    return [OrderTotals(**row) for row in rows]
