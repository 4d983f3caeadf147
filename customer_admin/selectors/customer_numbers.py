"""Finds customers by numbers as people type them. That of a merged account is the number of the one that stayed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from customer_admin.models import Customer, CustomerAdminSettings
from customer_admin.models.bulk import in_chunks
from customer_admin.models.customers import CustomerQuerySet
from customer_admin.models.keys import as_typed
from customer_admin.models.search_texts import matching

LONGEST_CUSTOMER = Customer._meta.get_field("number").max_length or 0


class FoundCustomer(NamedTuple):
    """A living customer; `typed` is the number of the merged account that led here, "" when it was the own one."""

    key: int
    number: str
    typed: str = ""


@dataclass(frozen=True)
class Numbered:
    """Whom a number names. `merged` is that of the account that has it, if that was merged into `customer`."""

    customer: Customer
    merged: str = ""


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


def customers_numbered(numbers: Iterable[str]) -> dict[str, Numbered]:
    """The living customers with these numbers, by the number as it was written, as `customers_by_number` finds them.

    Numbers that nobody has are left out, and those that several have.
    """
    typed = {text: as_typed(text, LONGEST_CUSTOMER) for text in numbers}
    found = customers_by_number(typed.values())
    named = {text: found[number][0] for text, number in typed.items() if len(found.get(number, ())) == 1}
    customers = Customer.objects.in_bulk({each.key for each in named.values()})
    return {text: Numbered(customers[each.key], each.typed) for text, each in named.items() if each.key in customers}


def merged_account_numbered(query: str) -> Numbered | None:
    """The account with this number that was merged, with the one that stayed; asks only for what may be a number."""
    text = as_typed(query, LONGEST_CUSTOMER)
    if " " in text or not any(char.isdigit() for char in text):
        return None
    merged = Customer.all_objects.filter(number__in={text, text.upper()}, merged_into__isnull=False)
    row = merged.select_related("merged_into").first()
    return Numbered(row.merged_into, row.number) if row is not None and row.merged_into is not None else None


def search_customers(customers: CustomerQuerySet, query: str) -> CustomerQuerySet:
    """Those of `customers` that `search` finds, and whom the number of a merged account leads to."""
    merged = merged_account_numbered(query)
    if merged is None:
        return customers.search(query)
    return customers.filter(matching(query) | Q(pk=merged.customer.pk))
