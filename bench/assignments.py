"""Figures of assigning orders: many orders to as many customers, and taking it back."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from .changes import _bare_change_set, _bare_history, _revert, _seconds, _seed
from .imports import _line
from .scratch import empty_database

ORDERS = 1000


def figures(rounds: int) -> Iterator[str]:
    """1,000 orders to 1,000 customers, and taken back, both against bare statements.

    Once with orders of the same moment, and once with others, so that the customers' column "last order" moves along.
    """
    empty_database()
    _customer, actor = _seed(ORDERS)
    yield from _compared(actor, max(rounds, 7), 2)
    _spread()
    yield from _compared(actor, max(rounds, 7), 3)


def _compared(actor: Any, rounds: int, statements: int) -> Iterator[str]:
    """Beside two bare statements, or three where the column "last order" of each customer moves as well."""
    which = ", and last orders moved" if statements == 3 else ""
    bare: list[float] = []
    assigned: list[float] = []
    reverted: list[float] = []
    for number in range(1, rounds + 1):
        pairs, others = _turned(2 * number), _turned(2 * number + 1)
        bare.append(_seconds(lambda pairs=pairs: _bare_assignment(pairs, statements)))
        made: list[Any] = []
        assigned.append(_seconds(lambda made=made, pairs=others: made.append(_assign(pairs, actor))))
        reverted.append(_seconds(lambda made=made: _revert(made[0], actor)))
    yield _line(f"{ORDERS:,} orders assigned by {statements} bare statements", median(bare) * 1000, "ms", rounds)
    yield _line(f"{ORDERS:,} orders assigned{which}", median(assigned) / median(bare), "times as long", rounds)
    yield _line(f"{ORDERS:,} orders taken back{which}", median(reverted) / median(bare), "times as long", rounds)


def _spread() -> None:
    """Let each order be of another hour."""
    from datetime import timedelta

    from customer_admin.models import SYSTEM, Order, recording

    with recording(actor=SYSTEM):
        for hours, order in enumerate(Order.objects.order_by("pk")):
            order.placed_at -= timedelta(hours=hours)
            order.save()


def _turned(by: int) -> list[tuple[Any, Any]]:
    """Each order with another customer, so many further on."""
    from customer_admin.models import Customer, Order

    customers = list(Customer.objects.order_by("pk").values_list("pk", "number"))
    orders = list(Order.objects.order_by("pk").values_list("pk", "number"))
    return list(zip(orders, customers[by:] + customers[:by], strict=True))


def _bare_assignment(pairs: list[tuple[Any, Any]], statements: int) -> None:
    """One UPDATE from a list of values and one INSERT … SELECT, and one UPDATE of last orders if there are three."""
    from django.db import connection, transaction

    from customer_admin.models import ChangeSet, Order

    with transaction.atomic(), connection.cursor() as cursor:
        change_set = _bare_change_set(cursor, ChangeSet._meta.db_table)
        values = ", ".join(f"({order[0]}, {customer[0]})" for order, customer in pairs)
        cursor.execute(
            f"UPDATE customer_admin_order SET customer_id = v.column2 FROM (VALUES {values}) v "
            "WHERE customer_admin_order.id = v.column1"
        )
        keys = ", ".join(str(order[0]) for order, _customer in pairs)
        _bare_history(cursor, Order, change_set, f"WHERE id IN ({keys})", [])
        if statements == 3:
            customers = ", ".join(str(customer[0]) for _order, customer in pairs)
            cursor.execute(
                "UPDATE customer_admin_customer SET last_order_at = (SELECT MAX(o.placed_at) "
                "FROM customer_admin_order o WHERE o.customer_id = customer_admin_customer.id) "
                f"WHERE id IN ({customers})"
            )


def _assign(pairs: list[tuple[Any, Any]], actor: Any) -> Any:
    from customer_admin.operations import assign_orders

    done = assign_orders(actor=actor, assignments=[(order[1], customer[1]) for order, customer in pairs])
    assert done.assigned == len(pairs)
    return done.change_set
