"""Finds orders and customers by numbers as people type them, many at once and in a few questions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper

from customer_admin.models import Customer, CustomerAdminSettings, Order
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import storable


class FoundOrder(NamedTuple):
    """`owner` is the key of its customer, None for none."""

    key: int
    number: str
    owner: int | None


class FoundCustomer(NamedTuple):
    """A living customer; `typed` is the number of the merged account that led here, "" when it was the own one."""

    key: int
    number: str
    typed: str = ""


LONGEST_ORDER = Order._meta.get_field("number").max_length or 0
LONGEST_CUSTOMER = Customer._meta.get_field("number").max_length or 0


def as_typed(number: object, longest: int) -> str:
    """The number without the space around it; "" for what can't be one."""
    text = str(number).strip()
    return text if len(text) <= longest and storable(text) == text else ""


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


def customers_by_number(numbers: Iterable[str]) -> dict[str, list[FoundCustomer]]:
    """The customers with each of these numbers as it is written, else with other capitals or the prefix of a site.

    The number of an account that was merged away leads to the one that stayed.
    """
    wanted = set(numbers) - {""}
    found = {number: [customer] for number, customer in _customers(wanted).items()}
    missing = wanted - found.keys()
    if not missing:
        return found
    prefixes = _prefixes()
    candidates = {number: _other_forms(number, prefixes) for number in missing}
    others = _customers(set().union(*candidates.values()))
    for number, forms in candidates.items():
        fitting = {others[form].key: others[form] for form in sorted(forms & others.keys())}
        if fitting:
            found[number] = list(fitting.values())
    return found


def _customers(numbers: Iterable[str]) -> dict[str, FoundCustomer]:
    found = {}
    for chunk in in_chunks(sorted(numbers), Customer.all_objects.db):
        rows = Customer.all_objects.filter(number__in=chunk).order_by()
        for key, number, survivor, survivors_number in rows.values_list(
            "pk", "number", "merged_into_id", "merged_into__number"
        ):
            is_own = survivor is None
            found[number] = FoundCustomer(key, number) if is_own else FoundCustomer(survivor, survivors_number, number)
    return found


def _prefixes() -> set[str]:
    usual = CustomerAdminSettings._meta.get_field("number_prefix").get_default()
    return {usual, *CustomerAdminSettings.objects.order_by().values_list("number_prefix", flat=True).distinct()}


def _other_forms(number: str, prefixes: Iterable[str]) -> set[str]:
    forms = {number.upper(), number.lower()}
    for prefix in prefixes:
        if number[: len(prefix)].casefold() == prefix.casefold():
            forms |= {f"{prefix}{number[len(prefix) :]}"}
        if number.isascii() and number.isdecimal():
            forms.add(f"{prefix}{number}")
    return {form for form in forms if len(form) <= LONGEST_CUSTOMER}


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
