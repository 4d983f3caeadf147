"""The list of customers, page by page: in the order of an index, and at a cost that does not grow with the table.

A page is asked for in two steps: first the keys of its rows, which an index gives, then those few rows with all that
the list shows of them.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Length

from customer_admin.models import Customer

from .customers import customers_for_listing
from .one_process import by_one_process

UPWARDS: dict[str, tuple[Any, ...]] = {
    "sort_name": (F("sort_name").asc(), F("pk").asc()),
    "number": (Length("number").asc(), F("number").asc(), F("pk").asc()),
    "sort_company": (F("sort_company").asc(nulls_last=True), F("pk").asc()),
    "sort_email": (F("sort_email").asc(nulls_last=True), F("pk").asc()),
    "created_at": (F("created_at").asc(), F("pk").asc()),
    "last_order_at": (F("last_order_at").asc(nulls_first=True), F("pk").asc()),
}
DOWNWARDS: dict[str, tuple[Any, ...]] = {
    f"-{name}": tuple(each.copy() for each in orders) for name, orders in UPWARDS.items()
}
for _orders in DOWNWARDS.values():
    for _order in _orders:
        _order.reverse_ordering()
ORDERINGS = UPWARDS | DOWNWARDS
"""How the list is ordered by each of its sort keys; each has an index, which is read backwards for the other way."""

BY_NAME = "sort_name"
COUNTED_IN_FULL = 50_000
"""So many rows are counted whenever it is asked how many there are; of more, the database has an estimate."""


def opposite(ordering: str) -> str:
    return ordering.removeprefix("-") if ordering.startswith("-") else f"-{ordering}"


def estimate_of_living() -> int | None:
    """About how many customers there are, if they are many and the database knows without counting."""
    connection = connections[Customer.objects.db]
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        # An index over the living ones, which are what the list shows.
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass('customer_admin_by_name')")
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] > COUNTED_IN_FULL else None


def keys_of_all(ordering: str, start: int, stop: int, count: int | None = None) -> list[int]:
    """The keys of the living customers from `start` up to `stop`. With their exact `count`, the far half is near."""
    if count is None or start * 2 < count:
        return list(_keys(Customer.objects.all(), ordering)[start:stop])
    backwards = _keys(Customer.objects.all(), opposite(ordering))[max(count - stop, 0) : count - start]
    return list(backwards)[::-1]


def keys_of_found(
    found: QuerySet[Customer], ordering: str, start: int, stop: int, bound: int
) -> tuple[list[int], int | None]:
    """The keys from `start` up to `stop` of `bound` that were found, and how many were, up to one more.

    For conditions on text, of which PostgreSQL can't tell how many they fit, nor where: those named Schmidt are all far
    down in the order of names, and it would walk there. So what is found is cut off before it is sorted. The count is
    None when nothing is there from `start` on.
    """
    some = _some(found, bound + 1)  # A limit within is what the planner does not look beyond.
    rows = _keys(Customer.objects.filter(pk__in=some), ordering)
    with by_one_process(connections[found.db], from_the_start=True):
        page = list(rows.values_list("pk", Window(Count("pk")))[start:stop])
    return [key for key, _count in page], page[0][1] if page else None


def count_up_to(found: QuerySet[Customer], most: int) -> int:
    """How many these are, counted no further than `most`."""
    with by_one_process(connections[found.db]):
        return _some(found, most).count()


def keys_up_to(found: QuerySet[Customer], most: int) -> list[int]:
    """The keys of these, or of so many of them, in no order."""
    with by_one_process(connections[found.db]):
        return list(_some(found, most).values_list("pk", flat=True))


def keys_of_few(keys: Collection[int], ordering: str, start: int, stop: int) -> list[int]:
    """From `start` up to `stop` of these keys, in order."""
    return list(_keys(Customer.objects.filter(pk__in=keys), ordering)[start:stop])


def keys_of_many(found: QuerySet[Customer], ordering: str, start: int, stop: int) -> list[int]:
    """The keys of these from `start` up to `stop`, for conditions of which the database knows how many they fit."""
    with by_one_process(connections[found.db]):
        return list(_keys(found, ordering)[start:stop])


def rows_of(keys: Iterable[int]) -> list[Customer]:
    """These customers in this order, with all that a row of the list shows."""
    keys = list(keys)
    rows = {row.pk: row for row in customers_for_listing().filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]


def _some(found: QuerySet[Customer], most: int) -> QuerySet:
    return found.order_by().values("pk")[:most]


def _keys(customers: QuerySet[Customer], ordering: str) -> QuerySet:
    return customers.order_by(*ORDERINGS[ordering]).values_list("pk", flat=True)
