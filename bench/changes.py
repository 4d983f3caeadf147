"""Figures of the change sets: what history costs beside the bare statements that it can't do without."""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from .imports import _line
from .scratch import empty_database

EDITS = 200


def figures(rows: int, rounds: int) -> Iterator[str]:
    """One line per figure: an edit, `rows` rows changed at once, and those taken back."""
    empty_database()
    customer, actor = _seed(rows)
    queries, edits = _edits(customer, actor)
    yield _line("edit of a customer through the operation", queries, "queries", 1)
    yield _line("edit against its bare statements", edits, "times as long", EDITS)
    bare: list[float] = []
    changed: list[float] = []
    reverted: list[float] = []
    for number in range(rounds):
        bare.append(_seconds(lambda number=number: _bare_change(f"bare {number}")))
        made: list[Any] = []
        changed.append(_seconds(lambda made=made, number=number: made.append(_change(f"channel {number}", actor))))
        reverted.append(_seconds(lambda made=made: _revert(made[0], actor)))
    yield _line(f"{rows:,} orders changed by two bare statements", median(bare) * 1000, "ms", rounds)
    yield _line(f"{rows:,} orders changed in one change set", median(changed) / median(bare), "times as long", rounds)
    yield _line(f"{rows:,} orders taken back", median(reverted) / median(bare), "times as long", rounds)
    yield _line("import of as many customers taken back", _import_and_back(rows, actor), "s", 1)


def _seed(rows: int) -> tuple[Any, Any]:
    """A customer, a manager, and `rows` orders of as many customers, all with their first history row."""
    from decimal import Decimal

    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.utils import timezone
    from wagtail.models import Site

    from customer_admin.models import SYSTEM, Customer, Order, recording

    site, now = Site.objects.get(is_default_site=True), timezone.now()
    with recording(actor=SYSTEM):
        customers = Customer.objects.bulk_create(
            [
                Customer(number=f"B{n}", site=site, last_name=f"Stone {n}", email=f"b{n}@example.com")
                for n in range(rows)
            ]
        )
        Order.objects.bulk_create(
            [
                Order(number=f"B{n}", customer=customer, placed_at=now, currency="EUR", total=Decimal(n))
                for n, customer in enumerate(customers)
            ]
        )
    User = get_user_model()
    User.objects.filter(username="bench").delete()
    actor = User.objects.create(username="bench")
    actor.groups.add(Group.objects.get(name="Customer managers"))
    return customers[0], actor


def _edits(customer: Any, actor: Any) -> tuple[int, float]:
    """The queries of one edit, and how many times as long it takes as the statements it can't do without."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from customer_admin.operations import update_customer
    from customer_admin.permissions import may

    may(actor, "change_customer")  # A request has asked by then who its user is and what that user may.
    with CaptureQueriesContext(connection) as captured:
        update_customer(actor=actor, customer=customer, phone="first")
    ours: list[float] = []
    bare: list[float] = []
    for number in range(EDITS):
        phone = f"0{number}"
        ours.append(_seconds(lambda phone=phone: update_customer(actor=actor, customer=customer, phone=phone)))
        bare.append(_seconds(lambda phone=phone: _bare_edit(customer.pk, f"1{phone}")))
        _tell_history(customer.pk)
    return len(captured), median(ours) / median(bare)


def _bare_edit(key: int, phone: str) -> None:
    """Lock, update, change set and history row, each by the shortest statement there is."""
    from django.db import connection, transaction

    from customer_admin.models import ChangeSet, Customer

    with transaction.atomic(), connection.cursor() as cursor:
        lock = "" if connection.vendor == "sqlite" else "FOR UPDATE"
        cursor.execute(f"SELECT * FROM customer_admin_customer WHERE id = %s {lock}", [key])
        cursor.fetchall()
        cursor.execute("UPDATE customer_admin_customer SET phone = %s WHERE id = %s", [phone, key])
        change_set = _bare_change_set(cursor, ChangeSet._meta.db_table)
        _bare_history(cursor, Customer, change_set, "WHERE id = %s", [key])


def _bare_change_set(cursor: Any, table: str) -> int:
    from django.db import connection
    from django.utils import timezone

    now = connection.ops.adapt_datetimefield_value(timezone.now())
    cursor.execute(
        f"INSERT INTO {table} (kind, actor_kind, actor_label, reason, source, created_at, touched_fields) "
        "VALUES ('edit', 'system', 'Bench', '', 'command', %s, '') RETURNING id",
        [now],
    )
    return cursor.fetchone()[0]


def _bare_history(cursor: Any, model: Any, change_set: int, where: str, params: list[Any]) -> None:
    from django.db import connection
    from django.utils import timezone

    columns = ", ".join(field.column for field in model.history.model.tracked_fields)
    cursor.execute(
        f"INSERT INTO {model.history.model._meta.db_table} "
        f"({columns}, history_date, history_type, history_changed, change_set_id) "
        f"SELECT {columns}, %s, '~', '', %s FROM {model._meta.db_table} {where}",
        [connection.ops.adapt_datetimefield_value(timezone.now()), change_set, *params],
    )


def _tell_history(key: int) -> None:
    """The bare edit is no edit of this app: what it wrote goes again, so that the next one meets a true history."""
    from customer_admin.models import ChangeSet, Customer

    rows = Customer.history.filter(id=key, history_changed="", history_type="~")
    keys = list(rows.values_list("change_set_id", flat=True))
    rows._raw_delete("default")
    ChangeSet.objects.filter(pk__in=keys)._raw_delete("default")


def _bare_change(channel: str) -> None:
    """One UPDATE and one INSERT … SELECT over all orders, and nothing else."""
    from django.db import connection, transaction

    from customer_admin.models import ChangeSet, Order

    with transaction.atomic(), connection.cursor() as cursor:
        change_set = _bare_change_set(cursor, ChangeSet._meta.db_table)
        cursor.execute("UPDATE customer_admin_order SET channel = %s", [channel])
        _bare_history(cursor, Order, change_set, "", [])


def _change(channel: str, actor: Any) -> Any:
    from customer_admin.models import Order, recording

    with recording(actor=actor) as current:
        Order.objects.update(channel=channel)
    return current.change_set


def _revert(change_set: Any, actor: Any) -> None:
    from customer_admin.operations import revert_change_set

    assert revert_change_set(actor=actor, change_set=change_set).change_set is not None


def _import_and_back(rows: int, actor: Any) -> float:
    """Seconds to take back a change set that made `rows` customers."""
    from wagtail.models import Site

    from customer_admin.models import Customer, recording

    site = Site.objects.get(is_default_site=True)
    with recording(actor=actor, kind="import") as current:
        Customer.objects.bulk_create([Customer(number=f"I{n}", site=site, last_name=f"Stone {n}") for n in range(rows)])
    return _seconds(lambda: _revert(current.change_set, actor))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
