"""What a change set touched, noted beside it when it closes: fields, and customers.

These statements run with every single edit, so they are written out instead of being composed anew each time.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import connections, models

from .change_sets import ChangeSet, ChangeSetCustomer


def distinct_changes(history_model: type[models.Model], change_set_id: int, newest: int, *, using: str) -> list[str]:
    """The different `history_changed` among the rows after `newest`; empty when there are no such rows."""
    table = connections[using].ops.quote_name(history_model._meta.db_table)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT history_changed FROM {table} WHERE change_set_id = %s AND history_id > %s",
            [change_set_id, newest],
        )
        return [row[0] for row in cursor.fetchall()]


def with_touched(touched: str, changed: Mapping[Any, Iterable[str]]) -> str:
    """`touched_fields` with what else was written, by history model: the distinct `history_changed` of its rows."""
    names = set(touched.split())
    for history_model, lists in changed.items():
        if lists:
            label = history_model.instance_type._meta.label_lower
            names |= {label, *(f"{label}.{field}" for fields in lists for field in fields.split())}
    return "".join(f" {name} " for name in sorted(names))


def note_customers(history_model: Any, change_set: ChangeSet, newest: int, *, may_have_moved: bool, using: str) -> None:
    """Note whose rows were written after `newest`; for a row that went to another customer, the former one as well."""
    path = history_model.instance_type.customer_path
    if path is None:
        return
    own, former, moved = _statements(history_model, using)
    noted = [change_set.pk, change_set.closed]
    with connections[using].cursor() as cursor:
        cursor.execute(own, [*noted, change_set.pk, newest])
        if former and may_have_moved:
            cursor.execute(former, [*noted, change_set.pk, newest, moved])


@lru_cache
def _statements(history_model: Any, using: str) -> tuple[str, str, str]:
    """The statements that note present and former owners, and the LIKE pattern of rows that changed owner."""
    quote = connections[using].ops.quote_name
    model = history_model.instance_type
    table, key = quote(history_model._meta.db_table), quote(model._meta.pk.column)
    relation, _, path = model.customer_path.rpartition("__")
    joined, owner = "", "h"
    if relation:
        field = model._meta.get_field(relation)
        target = field.related_model
        joined = (
            f" JOIN {quote(target._meta.db_table)} r ON r.{quote(target._meta.pk.column)} = h.{quote(field.column)}"
        )
        model, owner = target, "r"
    column = model._meta.get_field(path)
    own = _insert(f"{owner}.{quote(column.column)}", f"{table} h{joined}", quote, gave_away=False)
    if relation or column.primary_key:
        return own, "", ""
    last_owner = (
        f"(SELECT p.{quote(column.column)} FROM {table} p WHERE p.{key} = h.{key} AND p.history_id < h.history_id "
        "ORDER BY p.history_id DESC LIMIT 1)"
    )
    former = _insert("h.former", f"(SELECT h.*, {last_owner} AS former FROM {table} h) h", quote, gave_away=True)
    return own, former, f"% {column.name} %"


def _insert(customer: str, source: str, quote: Any, *, gave_away: bool) -> str:
    again = "UPDATE SET gave_away = EXCLUDED.gave_away" if gave_away else "NOTHING"
    return (
        f"INSERT INTO {quote(ChangeSetCustomer._meta.db_table)} (change_set_id, customer_id, closed, gave_away) "
        f"SELECT DISTINCT %s, {customer}, %s, {'true' if gave_away else 'false'} FROM {source} "
        f"WHERE h.change_set_id = %s AND h.history_id > %s AND {customer} IS NOT NULL "
        f"{'AND h.history_changed LIKE %s ' if gave_away else ''}"
        f"ON CONFLICT (change_set_id, customer_id) DO {again}"
    )
