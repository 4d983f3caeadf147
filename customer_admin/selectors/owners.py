"""By which change sets orders came to the customers they have."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customer_admin.models import ChangeSet, Customer, Order
from customer_admin.models.bulk import in_chunks

OWNED = Q(history_type="+") | Q(history_changed__contains=" customer ")
"""The rows of an order's history with which it came to a customer, or from one."""


def change_set_of_owner(order: Order) -> ChangeSet | None:
    """The change set with which the order came to the customer it has; None when it has none, or nobody knows."""
    if order.customer_id is None:
        return None
    row = _newest_of({order.pk}).get(order.pk)
    return row.change_set if row is not None and row.customer_id == order.customer_id else None


def owners_meanwhile(owners: Mapping[int, int | None]) -> dict[int, str]:
    """For each of these orders and the customer it has now, by keys: who gave it to that one, as a sentence."""
    rows = _newest_of(owners)
    names: dict[int, Customer] = {}
    for chunk in in_chunks(sorted({key for key in owners.values() if key is not None}), Customer.all_objects.db):
        names |= Customer.all_objects.in_bulk(chunk)
    return {order: _said(rows.get(order), names.get(owner or 0)) for order, owner in owners.items()}


def _newest_of(orders: Iterable[int]) -> dict[int, Any]:
    """The newest row of each order's history that says whose it became."""
    newest: dict[int, Any] = {}
    for chunk in in_chunks(sorted(orders), Order.objects.db):
        rows = Order.history.filter(OWNED, id__in=chunk).order_by("history_id").select_related("change_set")
        newest |= {row.id: row for row in rows}
    return newest


def _said(row: Any, owner: Customer | None) -> str:
    who = row.change_set.actor_label if row is not None else _("Somebody")
    if owner is None:
        return _("%(who)s took this order from its customer meanwhile. Look at the row once more.") % {"who": who}
    return _("%(who)s gave this order to %(owner)s meanwhile. Look at the row once more.") % {
        "who": who,
        "owner": owner,
    }
