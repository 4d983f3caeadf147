"""Finds customers by their numbers. The number of an account that was merged is that of the one that stayed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from customer_admin.models import Customer
from customer_admin.models.customers import CustomerQuerySet
from customer_admin.models.keys import storable
from customer_admin.models.search_texts import matching

LONGEST = 30


@dataclass(frozen=True)
class Numbered:
    """Whom a number names. `merged` is the account that has it, where that was merged into `customer`."""

    customer: Customer
    merged: Customer | None = None


def customers_numbered(numbers: Iterable[str]) -> dict[str, Numbered]:
    """The living customers with these numbers, by the number as it was written; small letters do for capitals.

    Numbers that nobody has are left out. One question for any of them.
    """
    written = {text: {text, text.upper()} for text in numbers if storable(text) == text and len(text) <= LONGEST}
    asked = set().union(*written.values()) if written else set()
    rows = Customer.all_objects.filter(number__in=asked).select_related("merged_into") if asked else ()
    found = {row.number: row for row in rows}
    named = {text: found.get(text) or found.get(text.upper()) for text in written}
    return {
        text: Numbered(row.merged_into, row) if row.merged_into is not None else Numbered(row)
        for text, row in named.items()
        if row is not None
    }


def merged_account_numbered(query: str) -> Numbered | None:
    """The account with this number that was merged, with the one that stayed; asks only for what may be a number."""
    text = query.strip()
    if not text or " " in text or not any(char.isdigit() for char in text):
        return None
    named = customers_numbered([text]).get(text)
    return named if named is not None and named.merged is not None else None


def search_customers(customers: CustomerQuerySet, query: str) -> CustomerQuerySet:
    """Those of `customers` that `search` finds, and whom the number of a merged account leads to."""
    merged = merged_account_numbered(query)
    if merged is None:
        return customers.search(query)
    return customers.filter(matching(query) | Q(pk=merged.customer.pk))
