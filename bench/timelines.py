"""How long the History page of a customer takes on the server, with 100,000 history rows in several spreads."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from .scratch import empty_database

ROWS = 100_000
IMPORTED = 18_000


def figures(rounds: int) -> Iterator[str]:
    """One line for each spread. The rows are copies made by SQL of rows that operations wrote."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield "timeline page of a customer with 100,000 history rows: measured on PostgreSQL only"
        return
    for spread, fill in (
        (f"in {ROWS:,} change sets", _in_many),
        ("in 10 change sets", _in_few),
        (f"after 5 imports of {IMPORTED:,} customers with an order each", _in_imports),
    ):
        empty_database()
        customer = fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        milliseconds, queries = _page(customer, max(rounds, 7))
        name = f"timeline page of a customer with {_rows_of(customer):,} history rows"
        yield f"{name}: {milliseconds:.0f} ms server time, {queries} queries ({spread})"
    empty_database()


def _page(customer: Any, rounds: int) -> tuple[float, int]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    user, _created = get_user_model().objects.get_or_create(username="bench-reader", is_superuser=True)
    client, url = Client(), reverse("customers:history", args=[customer.pk])
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    count, times = len(queries), []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - began) * 1000)
    return median(times), count


def _rows_of(customer: Any) -> int:
    from customer_admin.models import AccountNote, Customer, Order, OrderLine

    histories = [Customer.history.filter(id=customer.pk), Order.history.filter(customer=customer)]
    histories += [AccountNote.history.filter(customer=customer), OrderLine.history.filter(order__customer=customer)]
    return sum(rows.count() for rows in histories)


def _in_many() -> Any:
    customer, order, _line = _story()
    half = ROWS // 2
    _copy_change_sets(customer, 2 * half)
    first, closed = _first_copied()
    _copy(type(customer), customer, half, change_set=f"{first} + n", changed=" first_name ", closed=closed)
    _copy(type(order), order, half, change_set=f"{first + half} + n", changed=" status ", closed=closed)
    return customer


def _in_few() -> Any:
    customer, order, _line = _story()
    _copy_change_sets(customer, 10)
    first, closed = _first_copied()
    keys = f"{order.pk} + 1 + n % {ROWS // 10}"
    _copy(type(order), order, ROWS, key=keys, change_set=f"{first} + n / {ROWS // 10}", closed=closed)
    return customer


def _in_imports() -> Any:
    customer, order, line = _story()
    _copy_change_sets(customer, 5)
    first, closed = _first_copied()
    for model, row in ((type(customer), customer), (type(order), order), (type(line), line)):
        one_of = f"n % {IMPORTED}"
        key = f"CASE WHEN {one_of} = 7 THEN {row.pk} ELSE 1000 + {one_of} END"
        owner = f"CASE WHEN {one_of} = 7 THEN {{}} ELSE 1000 + {one_of} END"
        parent = {"customer_id": owner.format(customer.pk), "order_id": owner.format(order.pk)}
        change_set = f"{first} + n / {IMPORTED}"
        _copy(model, row, 5 * IMPORTED, key=key, change_set=change_set, closed=closed, **parent)
    return customer


def _story() -> tuple[Any, Any, Any]:
    from django.utils import timezone
    from wagtail.models import Site

    from customer_admin.models import Order, OrderLine
    from customer_admin.operations import SYSTEM, create_customer, recording

    with recording(actor=SYSTEM):
        customer = create_customer(actor=SYSTEM, last_name="Adler", site=Site.objects.get(is_default_site=True))
        order = Order.objects.create(customer=customer, number="B1", placed_at=timezone.now(), currency="EUR", total=1)
        line = OrderLine.objects.create(order=order, unit_price=1)
    return customer, order, line


def _first_copied() -> tuple[int, int]:
    from customer_admin.models import ChangeSet

    oldest = ChangeSet.objects.order_by("pk")[1]
    return oldest.pk, oldest.closed


def _copy_change_sets(customer: Any, count: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customer_admin_changeset "
            "(kind, actor_kind, actor_label, reason, source, created_at, closed, touched_fields) "
            "SELECT 'edit', 'system', 'System', '', 'command', created_at, closed + n, touched_fields "
            "FROM customer_admin_changeset, generate_series(1, %s) n",
            [count],
        )
        cursor.execute(
            "INSERT INTO customer_admin_changesetcustomer (change_set_id, customer_id, closed, gave_away) "
            "SELECT id, %s, closed, true FROM customer_admin_changeset ON CONFLICT DO NOTHING",
            [customer.pk],
        )


def _copy(model: Any, row: Any, count: int, *, closed: int, changed: str = "", **values: str) -> None:
    """Copy the history row of `row`, with SQL expressions of `n` from 0 for some columns."""
    from django.db import connection

    history = model.history.model._meta
    own = {"change_set_id": values.pop("change_set"), "history_changed": f"'{changed}'"}
    own["history_type"] = "'~'" if changed else "'+'"
    own["id"] = values.pop("key", "id")
    own |= {column: sql for column, sql in values.items() if column in {field.column for field in history.fields}}
    columns = [field.column for field in history.fields if field.column != "history_id"]
    picked = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {history.db_table} ({names}) "
            f"SELECT {picked} FROM {history.db_table} h, generate_series(0, {count - 1}) n "
            f"WHERE h.id = {row.pk} ORDER BY n"
        )
