"""Finds orders by numbers as people type them, many at once and in a few questions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper

from customer_admin.models import Order
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import as_typed

LONGEST_ORDER = Order._meta.get_field("number").max_length or 0


class FoundOrder(NamedTuple):
    """`owner` is the key of its customer, None for none."""

    key: int
    number: str
    owner: int | None


def orders_by_number(numbers: Iterable[str]) -> dict[str, list[FoundOrder]]:
    """The orders with each of these numbers as it is written, else those that differ in capital letters only."""
    wanted = set(numbers) - {""}
    found: dict[str, list[FoundOrder]] = defaultdict(list)
    for chunk in in_chunks(sorted(wanted), Order.objects.db):
        for row in _orders(Q(number__in=chunk)):
            found[row.number].append(row)
    by_capitals = defaultdict(list)
    for number in wanted - found.keys():
        # What is a capital letter beyond ASCII, databases see differently.
        for capitals in {number.upper(), _ascii_upper(number)}:
            by_capitals[capitals].append(number)
    for chunk in in_chunks(sorted(by_capitals), Order.objects.db):
        orders = Order.objects.annotate(capitals=Upper("number")).filter(capitals__in=chunk).order_by("number")
        for capitals, key, written, owner in orders.values_list("capitals", "pk", "number", "customer_id"):
            order = FoundOrder(key, written, owner)
            for number in by_capitals[capitals]:
                if order not in found[number]:
                    found[number].append(order)
    return found


def _orders(condition: Q) -> Iterable[FoundOrder]:
    rows = Order.objects.filter(condition).order_by("number").values_list("pk", "number", "customer_id")
    return map(FoundOrder._make, rows)


def _ascii_upper(text: str) -> str:
    return "".join(char.upper() if char.isascii() else char for char in text)


def split_orders(texts: Sequence[str]) -> list[list[str]]:
    """The order numbers in each of these texts, in which commas, semicolons, tabs or line ends stand between them.

    So does space, unless there is an order whose number has it.
    """
    parts = [[part.strip() for part in re.split(r"[,;\t\r\n]+", text) if part.strip()] for text in texts]
    spaced = {part for some in parts for part in some if len(part.split()) > 1}
    known = orders_by_number({as_typed(part, LONGEST_ORDER) for part in spaced}) if spaced else {}
    return [
        [number for part in some for number in ([part] if part not in spaced or known.get(part) else part.split())]
        for some in parts
    ]
