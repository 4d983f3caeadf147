"""Assigning orders to customers: all of them or none, in one change set, and a few statements however many they are."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import router, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.errors import AssignmentRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, Order, recording
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks, with_keys, write_column
from customer_admin.models.history_writer import write_history_of
from customer_admin.permissions import require
from customer_admin.selectors.assignments import SeenOwners, Weighed, weighed

TRIES = 5


@dataclass(frozen=True)
class MovedOrder:
    """An order that was assigned, and the customers by key who had it and have it; `former` is None for nobody."""

    order: int
    number: str
    former: int | None
    customer: int


@dataclass(frozen=True)
class AssignedOrders:
    """What was assigned, and how many of the rows were as wanted already. `change_set` is None when all were."""

    change_set: ChangeSet | None
    assigned: int
    unchanged: int
    moved: tuple[MovedOrder, ...]


class _Moved(Exception):
    """What was read is no longer so, now that it is locked."""


def assign_orders(
    *,
    actor: AnyActor,
    assignments: Iterable[tuple[str, str]],
    reason: str = "",
    seen: SeenOwners | None = None,
) -> AssignedOrders:
    """Give orders to customers, as (order number, customer number) pairs say; nothing else about an order changes.

    Space around a number does not matter, nor do capital letters where only one row fits, nor a customer's prefix. The
    number of a merged account leads to the one that stayed. An order that its customer has already stays as it is.
    `seen` are the owners by order, both by key, that the person saw: somebody else's assignment since then is not
    overwritten. Raises PermissionRefused, and AssignmentRefused with an error for each row that is wrong; then nothing
    is assigned.
    """
    actor = require(actor, "assign_order")
    pairs = list(assignments)
    with recording(actor=actor, kind=ChangeSetKind.ASSIGN, reason=reason) as current:
        moved = _locked(pairs, seen)
        if moved:
            _write(moved)
        return AssignedOrders(current.change_set if moved else None, len(moved), len(pairs) - len(moved), tuple(moved))


def _locked(pairs: Sequence[tuple[str, str]], seen: SeenOwners | None) -> list[MovedOrder]:
    """The orders to move, locked with their former and their new customers."""
    for _try in range(TRIES):
        rows = weighed(pairs, seen)
        _refuse(rows)
        moved = [
            MovedOrder(row.order.key, row.order.number, row.order.owner, row.customer.key)
            for row in rows
            if row.changes and row.order and row.customer
        ]
        # A lock that came too late is let go of with the savepoint, since its place in the order may be wrong.
        with suppress(_Moved), transaction.atomic():
            _lock(moved)
            return moved
    raise AssignmentRefused(_("Others are assigning the same orders just now. Try again in a moment."), code="busy")


def _refuse(rows: Sequence[Weighed]) -> None:
    errors = {row.index: row.errors for row in rows if row.errors}
    if errors:
        message = ngettext(
            "Nothing was assigned: %(count)d row is wrong. Correct or remove it.",
            "Nothing was assigned: %(count)d rows are wrong. Correct or remove them.",
            len(errors),
        )
        raise AssignmentRefused(message % {"count": len(errors)}, errors=errors, code="rows")


def _lock(moved: Sequence[MovedOrder]) -> None:
    """Customers first, as everywhere. Raises _Moved when one is gone, or an order went elsewhere since it was read.

    The keys of both stay free, so that new orders and lines need not wait.
    """
    takers = {each.customer for each in moved}
    customers = takers | {each.former for each in moved if each.former is not None}
    survivors = dict(_locked_rows(Customer.all_objects.values_list("pk", "merged_into_id"), customers))
    owners = dict(_locked_rows(Order.objects.values_list("pk", "customer_id"), {each.order for each in moved}))
    are_living = all(key in survivors and survivors[key] is None for key in takers)
    if not are_living or owners != {each.order: each.former for each in moved}:
        raise _Moved


def _locked_rows(rows: Any, keys: Iterable[int]) -> Iterator[Any]:
    for chunk in in_chunks(sorted(keys), rows.db):
        yield from with_keys(rows, chunk).select_for_update(no_key=True).order_by("pk")


def _write(moved: Sequence[MovedOrder]) -> None:
    using = router.db_for_write(Order)
    write_column(Order, "customer", {each.order: each.customer for each in moved}, using=using)
    write_history_of(Order, sorted(each.order for each in moved), "~", using=using)
