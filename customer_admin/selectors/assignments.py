"""What assigning orders to customers would do, row by row, before anything is assigned."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.models import Customer, Order
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import as_typed

from .customer_numbers import LONGEST_CUSTOMER, FoundCustomer, customers_by_number
from .order_numbers import LONGEST_ORDER, FoundOrder, orders_by_number
from .owners import owners_meanwhile

SeenOwners = Mapping[int, int | None]
"""The owner of each order, both by key, that a person saw."""


@dataclass
class Weighed:
    """One row: the order and the customer that its numbers name; `errors` has what is wrong with each of the two."""

    index: int
    order_number: str
    customer_number: str
    order: FoundOrder | None = None
    customer: FoundCustomer | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    changes: bool = False


def weighed(assignments: Iterable[tuple[str, str]], seen: SeenOwners | None = None) -> list[Weighed]:
    """Every row with what it names; a row `changes` something when all is right and the order has another owner."""
    rows = [Weighed(index, str(order), str(customer)) for index, (order, customer) in enumerate(assignments)]
    orders = orders_by_number({as_typed(row.order_number, LONGEST_ORDER) for row in rows})
    customers = customers_by_number({as_typed(row.customer_number, LONGEST_CUSTOMER) for row in rows})
    for row in rows:
        _name_order(row, orders.get(as_typed(row.order_number, LONGEST_ORDER), []))
        _name_customer(row, customers.get(as_typed(row.customer_number, LONGEST_CUSTOMER), []))
    _compare_with_each_other(rows)
    if seen:
        _compare_with_seen(rows, seen)
    for row in rows:
        row.changes = row.changes and not row.errors
    return rows


def _name_order(row: Weighed, found: Sequence[FoundOrder]) -> None:
    if len(found) == 1:
        (row.order,) = found
    elif found:
        row.errors["order"] = _(
            "Several orders have this number: %(numbers)s. Type it with the same capital letters."
        ) % {"numbers": ", ".join(order.number for order in found)}
    elif not row.order_number.strip():
        row.errors["order"] = _("Type the number of the order.")
    else:
        row.errors["order"] = _(
            "There is no order %(number)s. Compare the number with the receipt or the e-mail about the order."
        ) % {"number": _shown(row.order_number, LONGEST_ORDER)}


def _name_customer(row: Weighed, found: Sequence[FoundCustomer]) -> None:
    if len(found) == 1:
        (row.customer,) = found
        if row.customer.typed:
            row.notices.append(
                _("%(merged)s was merged into %(customer)s, who gets the order.")
                % {"merged": row.customer.typed, "customer": row.customer.number}
            )
    elif found:
        row.errors["customer"] = _("Several customers fit this number: %(numbers)s. Type one of them in full.") % {
            "numbers": ", ".join(customer.number for customer in found)
        }
    elif not row.customer_number.strip():
        row.errors["customer"] = _("Type or choose the customer who gets the order.")
    else:
        row.errors["customer"] = _(
            "There is no customer %(number)s. Look the number up in the list of customers, or choose the customer."
        ) % {"number": _shown(row.customer_number, LONGEST_CUSTOMER)}


def _compare_with_each_other(rows: Iterable[Weighed]) -> None:
    """An order can go to one customer only; named twice with the same one, it counts once."""
    by_order: dict[int, list[Weighed]] = defaultdict(list)
    for row in rows:
        if row.order is not None and row.customer is not None:
            by_order[row.order.key].append(row)
    for same in by_order.values():
        owners = list(dict.fromkeys(row.customer.number for row in same if row.customer))
        if len(owners) > 1:
            for row in same:
                row.errors["order"] = _(
                    "This order stands here with different customers: %(customers)s. Keep one of these rows."
                ) % {"customers": ", ".join(owners)}
            continue
        first, *others = same
        _compare_with_owner(first)
        for row in others:
            row.notices.append(_("This order stands here more than once. It counts once."))


def _compare_with_owner(row: Weighed) -> None:
    assert row.order is not None
    assert row.customer is not None
    row.changes = row.order.owner != row.customer.key
    if not row.changes:
        row.notices.append(_("This customer has the order already. Nothing changes."))


def _compare_with_seen(rows: Iterable[Weighed], seen: SeenOwners) -> None:
    """Where somebody else has given the order to a third one, the person decides anew."""
    moved = {
        row.order.key: row.order.owner
        for row in rows
        if row.order is not None and row.changes and seen.get(row.order.key, row.order.owner) != row.order.owner
    }
    if moved:
        said = owners_meanwhile(moved)
        for row in rows:
            if row.changes and row.order is not None and row.order.key in moved:
                row.errors["order"] = said[row.order.key]


def _shown(typed: str, longest: int) -> str:
    typed = typed.strip()
    return typed if len(typed) <= longest else f"{typed[:longest]}…"


@dataclass(frozen=True)
class AssignmentRow:
    """One row of a preview. `order`, `owner`, `customer` are None as far as they were not found; `owner` has it now.

    `errors` says what is wrong with "order" and "customer"; `notices` what else to know. `changes` is whether
    assigning gives the order to another customer.
    """

    index: int
    order_number: str
    customer_number: str
    order: Order | None
    owner: Customer | None
    customer: Customer | None
    errors: Mapping[str, str]
    notices: Sequence[str]
    changes: bool


def assignment_preview(
    assignments: Iterable[tuple[str, str]], *, seen: SeenOwners | None = None
) -> list[AssignmentRow]:
    """What `assign_orders` would do with these (order number, customer number) pairs, a row each, in their order.

    As many questions for one row as for thousands. `seen` are the owners by order that somebody saw before, of whom
    it is said who changed them since.
    """
    rows = weighed(assignments, seen)
    orders = _by_key(Order, {row.order.key for row in rows if row.order})
    keys = {row.order.owner for row in rows if row.order} | {row.customer.key for row in rows if row.customer}
    customers = _by_key(Customer, keys - {None})
    return [
        AssignmentRow(
            row.index,
            row.order_number,
            row.customer_number,
            orders.get(row.order.key) if row.order else None,
            customers.get(row.order.owner) if row.order and row.order.owner else None,
            customers.get(row.customer.key) if row.customer else None,
            row.errors,
            row.notices,
            row.changes,
        )
        for row in rows
    ]


def _by_key(model: Any, keys: Iterable[Any]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for chunk in in_chunks(sorted(keys), model._base_manager.db):
        found |= model._base_manager.in_bulk(chunk)
    return found


def owners_seen(rows: Iterable[AssignmentRow]) -> dict[int, int | None]:
    """What a preview showed, for `assign_orders` to tell whether it is still so."""
    return {row.order.pk: row.owner.pk if row.owner else None for row in rows if row.order}
