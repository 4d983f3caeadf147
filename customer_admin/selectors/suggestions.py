"""Who may have placed the orders that have no customer, with the reasons in words, the strongest first.

As many questions for a page of orders as for one, each of which an index answers.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from customer_admin.models import Address, Customer, LinkedEmail, Order, PortalLogin
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import digits_of, email_key, folded, phone_forms
from customer_admin.models.search_texts import matching_field

WEIGHTS = {"email": 4, "login": 4, "linked": 3, "phone": 2, "name": 2}
REASONS = {
    "email": gettext_lazy("same e-mail address"),
    "login": gettext_lazy("same e-mail address as the portal login"),
    "linked": gettext_lazy("same e-mail address as a linked one"),
    "phone": gettext_lazy("same phone number"),
    "name": gettext_lazy("same name and postal code"),
}
MOST_SHOWN = 5
"""More customers than these are not suggested for one order."""

LOOKED_THROUGH = 500
"""So many orders are looked through for those with a suggestion."""

SHORTEST_CODE = 3
"""What has fewer letters and digits is rather the number of a house."""

LONGEST_PRINTED = 1_000
_PHONE = re.compile(r"[+(]?\d[\d\s()./-]{5,20}\d")


@dataclass
class Suggestion:
    """A customer who may have placed an order, and why."""

    customer: Customer
    why: set[str] = field(default_factory=set)

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[each] for each in self.why)

    @property
    def reasons(self) -> str:
        return ", ".join(str(REASONS[each]) for each in REASONS if each in self.why)


def orders_without_customer() -> QuerySet[Order]:
    """The newest first, in the order of an index."""
    return Order.objects.filter(customer=None).order_by("-placed_at", "-pk")


def orders_with_suggestion(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those for whom there is a suggestion, of the newest `LOOKED_THROUGH`."""
    newest = list(orders[:LOOKED_THROUGH])
    return orders.filter(pk__in=[key for key, found in suggestions_for(newest).items() if found])


def suggestions_for(orders: Sequence[Order]) -> dict[int, list[Suggestion]]:
    """For each order by key the customers who may have placed it, the likeliest first."""
    found: dict[int, dict[int, set[str]]] = {order.pk: defaultdict(set) for order in orders}
    for finder in (_by_email, _by_login, _by_linked_email, _by_phone, _by_name):
        for order, customer, why in finder(orders):
            found[order][customer].add(why)
    customers: dict[int, Customer] = {}
    for chunk in in_chunks(sorted({key for each in found.values() for key in each}), Customer.objects.db):
        customers |= Customer.objects.in_bulk(chunk)
    return {
        order: sorted(
            (Suggestion(customers[key], why) for key, why in likely.items() if key in customers),
            key=lambda each: (-each.weight, each.customer.pk),
        )[:MOST_SHOWN]
        for order, likely in found.items()
    }


def clear_one(suggestions: Sequence[Suggestion]) -> Customer | None:
    """The customer for whom more speaks than for any other; None where two are as likely, and where there is none."""
    if not suggestions or (len(suggestions) > 1 and suggestions[0].weight == suggestions[1].weight):
        return None
    return suggestions[0].customer


Found = Iterable[tuple[int, int, str]]
"""The keys of an order and of a customer, and what they have in common."""


def _by_email(orders: Sequence[Order]) -> Found:
    by_key = _orders_by_email(orders)
    # The column that the list is sorted by has an index, and is a little coarser than the key.
    coarse = sorted({folded(order.email)[:254] for order in orders if order.email})
    for chunk in in_chunks(coarse, Customer.objects.db):
        for customer, email in Customer.objects.filter(sort_email__in=chunk).order_by().values_list("pk", "email"):
            for order in by_key.get(email_key(email), ()):
                yield order, customer, "email"


def _by_login(orders: Sequence[Order]) -> Found:
    return _by_key_of(PortalLogin.objects.order_by(), orders, "login")


def _by_linked_email(orders: Sequence[Order]) -> Found:
    return _by_key_of(LinkedEmail.objects.verified().order_by(), orders, "linked")


def _by_key_of(rows: Any, orders: Sequence[Order], why: str) -> Found:
    by_key = _orders_by_email(orders)
    for chunk in in_chunks(sorted(by_key), rows.db):
        found = rows.filter(email_key__in=chunk)
        for key, customer, survivor in found.values_list("email_key", "customer_id", "customer__merged_into_id"):
            for order in by_key[key]:
                yield order, survivor or customer, why


def _orders_by_email(orders: Iterable[Order]) -> dict[str, list[int]]:
    by_key = defaultdict(list)
    for order in orders:
        if order.email:
            by_key[email_key(order.email)].append(order.pk)
    return by_key


def _by_phone(orders: Sequence[Order]) -> Found:
    """Numbers that are printed in the addresses of an order."""
    by_phone: dict[str, set[int]] = defaultdict(set)
    for order in orders:
        for written in _PHONE.findall(_printed(order)):
            if len(digits_of(written)) >= 7 and phone_forms(written):
                by_phone[written.strip()].add(order.pk)
    for chunk in _some(sorted(by_phone)):
        condition = reduce(or_, (matching_field("phone", written) for written in chunk))
        for customer, phone in Customer.objects.filter(condition).order_by().values_list("pk", "phone"):
            for written in chunk:
                if digits_of(phone).endswith(min(phone_forms(written), key=len)):
                    for key in by_phone[written]:
                        yield key, customer, "phone"


def _by_name(orders: Sequence[Order]) -> Found:
    """A line that is the name of a customer, and another one with the postal code of one of that customer's addresses.

    Asked by the name, in the form in which the list is sorted by it; the code then chooses among few.
    """
    names: dict[str, set[int]] = defaultdict(set)
    codes: dict[int, set[str]] = {}
    for order in orders:
        lines = _printed(order).splitlines()
        for line in lines:
            for name in _sorted_names(line):
                names[name].add(order.pk)
        codes[order.pk] = {code for line in lines for code in _codes(line)}
    for chunk in in_chunks(sorted(names), Customer.objects.db):
        addresses = Address.objects.filter(customer__sort_name__in=chunk, customer__merged_into=None)
        rows = addresses.order_by().values_list("customer_id", "customer__sort_name", "postal_code")
        for customer, name, code in rows:
            for key in names[name]:
                if _bare(code) and _bare(code) in codes[key]:
                    yield key, customer, "name"


def _printed(order: Order) -> str:
    return f"{order.billing_address[:LONGEST_PRINTED]}\n{order.shipping_address[:LONGEST_PRINTED]}"


def _sorted_names(line: str) -> set[str]:
    """The forms that `Customer.sort_name` may have for the person or the company whose name this line is."""
    words = folded(line).split()
    if not 1 <= len(words) <= 6 or any(char.isdigit() for char in line):
        return set()
    return {" ".join([*words[at:], *words[:at]]) for at in range(len(words))}


def _codes(line: str) -> set[str]:
    """What may be a postal code in this line: a word with digits, or two of which one has some ("SW1A 1AA")."""
    words = folded(line).replace(",", " ").split()
    pairs = [first + second for first, second in pairwise(words)]
    found = {_bare(word) for word in [*words, *pairs] if any(char.isdigit() for char in word)}
    return {code for code in found if len(code) >= SHORTEST_CODE}


def _bare(code: str) -> str:
    return re.sub(r"[\W_]+", "", folded(code))


def _some(items: Sequence[str], size: int = 200) -> Iterable[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
