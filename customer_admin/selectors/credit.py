"""How a customer's store credit stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from customer_admin.models import CreditEntry, Customer, Order


@dataclass(frozen=True)
class CreditBalance:
    """What can be spent and what is reserved, in one currency."""

    currency: str
    balance: Decimal
    on_hold: Decimal


def credit_of(customer: Customer) -> list[CreditBalance]:
    """One for each currency in which there are entries, by its letters."""
    entries = CreditEntry.objects.filter(customer=customer).order_by("currency").values_list("currency")
    return [CreditBalance(*row) for row in entries.annotate(Sum("amount"), Sum("on_hold"))]


def unsettled_credit(customers: Iterable[Any]) -> dict[int, list[CreditBalance]]:
    """By the key of the customer, the currencies in which something is left or owed. One question for all of them."""
    entries = CreditEntry.objects.filter(customer__in=customers).order_by("customer", "currency")
    sums = entries.values_list("customer", "currency").annotate(balance=Sum("amount"), held=Sum("on_hold"))
    found: dict[int, list[CreditBalance]] = {}
    for customer, *balance in sums.exclude(Q(balance=0) & Q(held=0)):
        found.setdefault(customer, []).append(CreditBalance(*balance))
    return found


def usual_currency(customer: Customer) -> str:
    """That of the customer's newest entry, or newest order, or of anybody's newest order; "" when there is none."""
    entries, orders = CreditEntry.objects.filter(customer=customer), Order.objects.filter(customer=customer)
    for newest in (entries.first(), orders.first(), Order.objects.order_by("-pk").first()):
        if newest is not None:
            return newest.currency
    return ""


def credit_entries_of(customer: Customer) -> QuerySet[CreditEntry]:
    """The entries, newest first, each with what it counters and what counters it."""
    return CreditEntry.objects.filter(customer=customer).select_related("counters", "countered_by")
