"""The one writer of history rows, for a single save as for ten thousand rows.

A history row is copied from the table by `INSERT … SELECT`, never from the Python instance: what the history says is
what the row is, also after `save(update_fields=…)`, expressions, or deleting an instance that was read long ago.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models
from django.utils import timezone

from .bulk import FEW, are_whole, in_chunks
from .recording import recording_in_force


def write_history_of(model: Any, keys: Sequence[Any], history_type: str, *, using: str) -> None:
    """Copy the rows with these keys into the history as created "+", changed "~" or deleted "-".

    A change that changed nothing is left out.
    """
    if not keys:
        return
    connection = connections[using]
    recording = recording_in_force(model)
    recording.will_write(model.history.model)
    own = [
        connection.ops.adapt_datetimefield_value(timezone.now()),
        history_type,
        recording.change_set_id,
    ]
    if history_type == "~":
        own.append(recording.change_set_id)
    pk = model._meta.pk
    for chunk in in_chunks(keys, using):
        params: list[Any] = [pk.get_db_prep_value(key, connection) for key in chunk]
        listed = ", ".join(["%s"] * len(params))
        if len(params) > FEW and are_whole(params):  # As in `with_keys`.
            listed, params = ", ".join(map(str, params)), []
        with connection.cursor() as cursor:
            cursor.execute(_statement(model, history_type, using).replace(KEYS, listed), [*own, *params])


KEYS = "(keys)"


@lru_cache
def _statement(model: Any, history_type: str, using: str) -> str:
    connection = connections[using]
    quote = connection.ops.quote_name
    history_model = model.history.model
    fields = history_model.tracked_fields
    table, pk = quote(model._meta.db_table), quote(model._meta.pk.column)
    columns = ", ".join(f"s.{quote(field.column)}" for field in fields)
    source, changed = f"(SELECT * FROM {table} WHERE {pk} IN ({KEYS}) ORDER BY {pk}) s", "''"
    if history_type == "~":
        changed = "s.history_changed"
        source = f"({_compared_with_last(history_model, source, columns, quote, connection.vendor)}) s"
    history_columns = [quote(_history_field(history_model, field).column) for field in fields]
    sql = (
        f"INSERT INTO {quote(history_model._meta.db_table)} ({', '.join(history_columns)}, "
        f"history_date, history_type, change_set_id, history_changed) "
        f"SELECT {columns}, %s, %s, %s, {changed} FROM {source}"
    )
    return f"{sql} WHERE s.history_changed IS NOT NULL" if history_type == "~" else sql


def _history_field(history_model: type[models.Model], field: models.Field) -> Any:
    return history_model._meta.get_field(field.name if field.is_relation else field.attname)


def _compared_with_last(history_model: Any, rows: str, columns: str, quote: Any, vendor: str) -> str:
    """SQL for `rows` with `history_changed`: NULL where the newest history row holds the same values.

    It is NULL as well for a row that this change set, its one parameter, is deleting: before Django deletes rows, it
    sets to null what points from them to others that go along.
    """
    table = quote(history_model._meta.db_table)
    pk = history_model.instance_type._meta.pk
    different = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    names = " || ".join(
        f"CASE WHEN p.{quote(_history_field(history_model, field).column)} {different} s.{quote(field.column)} "
        f"THEN ' {field.name} ' ELSE '' END"
        for field in history_model.tracked_fields
    )
    same_row = f"q.{quote(_history_field(history_model, pk).column)} = s.{quote(pk.column)}"
    if vendor == "postgresql":  # Half the time of the other way, and one index look-up a row in every plan.
        newest = f"LATERAL (SELECT * FROM {table} q WHERE {same_row} ORDER BY q.history_id DESC LIMIT 1) p ON true"
    else:
        newest = f"{table} p ON p.history_id = (SELECT MAX(q.history_id) FROM {table} q WHERE {same_row})"
    return (
        f"SELECT {columns}, CASE WHEN p.history_type = '-' AND p.change_set_id = %s THEN NULL "
        "WHEN p.history_id IS NULL OR p.history_type = '-' THEN '' "
        f"ELSE NULLIF({names}, '') END AS history_changed FROM {rows} LEFT JOIN {newest}"
    )
