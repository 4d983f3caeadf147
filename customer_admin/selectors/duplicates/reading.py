"""Reads customers into `Records`: all of them, or those with certain keys."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connections, models

from customer_admin.models import Customer
from customer_admin.models.keys import folded

from .records import RecordsBuilder, split_street

AT_ONCE = 20_000
"""So many rows are read from the database at once."""
FEW = """
SELECT c.id, c.search_text, c.birth_date, a.line1, a.postal_code, a.city
FROM customer_admin_customer c LEFT JOIN customer_admin_address a ON a.customer_id = c.id
WHERE c.merged_into_id IS NULL AND c.id IN ({keys}) ORDER BY c.id, a.is_primary DESC, a.id
"""


def add_customers(
    builder: RecordsBuilder, customers: models.QuerySet, told: Callable[[int], None] | None = None
) -> int:
    """Add these customers, and answer how many there were; `told` hears of each batch."""
    count = 0
    for count, row in enumerate(_rows(customers.order_by(), "pk", "search_text", "birth_date"), start=1):
        builder.add(*row)
        if told is not None and count % AT_ONCE == 0:
            told(count)
    return count


def add_addresses(builder: RecordsBuilder, addresses: models.QuerySet) -> None:
    """Add these addresses to the customers who were added before; the first ones of each customer count."""
    names = ("customer_id", "line1", "postal_code", "city")
    for customer_id, line1, postal_code, city in _rows(addresses.order_by("-is_primary", "pk"), *names):
        builder.add_address(customer_id, *address_texts(line1, postal_code, city))


def address_texts(line1: str, postal_code: str, city: str) -> tuple[str, str, str, str]:
    """Street, house number, postal code and city as they are compared."""
    return (*split_street([_folded(line1)]), _folded(postal_code).replace(" ", ""), _folded(city))


@lru_cache(100_000)
def _folded(text: str) -> str:
    return " ".join(text.lower().split()) if text.isascii() else folded(text)


def _rows(rows: models.QuerySet, *names: str) -> Iterator[Any]:
    yield from rows.values_list(*names).iterator(AT_ONCE)


def add_few(builder: RecordsBuilder, keys: str, params: Sequence[Any], leaving_out: Collection[Any] = ()) -> None:
    """Add the living customers whose keys this SQL gives, and their addresses: one short question for both."""
    with connections[Customer.objects.db].cursor() as cursor:
        cursor.execute(FEW.format(keys=keys), params)
        rows = cursor.fetchall()
    for (key, *customer), same in groupby(rows, itemgetter(slice(3))):
        if key in leaving_out:
            continue
        builder.add(key, *customer)
        for *_customer, line1, postal_code, city in same:
            if line1 is not None:
                builder.add_address(key, *address_texts(line1, postal_code, city))


def living() -> models.QuerySet:
    return Customer.objects.all()
