"""The one writer of history rows, for a single save as for ten thousand rows.

A history row is copied from the table by `INSERT … SELECT`, never from the Python instance: what the history says is
what the row is, also after `save(update_fields=…)`, expressions, or deleting an instance that was read long ago.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.utils import timezone

from .recording import recording_in_force


def in_chunks(keys: Iterable[Any], using: str) -> Iterator[list[Any]]:
    """Cut keys into lists that fit into one statement of this database."""
    limit = connections[using].features.max_query_params
    size = 5000 if limit is None else int(limit * 0.9)
    remaining = iter(keys)
    while chunk := list(islice(remaining, size)):
        yield chunk


def write_history_of(model: type[models.Model], keys: Sequence[Any], history_type: str, *, using: str) -> None:
    """Copy the rows with these keys into the history; a change that changed nothing is left out."""
    for chunk in in_chunks(keys, using):
        write_history(model._base_manager.using(using).filter(pk__in=chunk), history_type)


def write_history(queryset: models.QuerySet, history_type: str) -> None:
    """Copy the rows of `queryset` into the history as created "+", changed "~" or deleted "-"."""
    model, using = queryset.model, queryset.db
    connection = connections[using]
    history_model = model.history.model
    recording = recording_in_force(model)
    recording.will_write(history_model)
    quote = connection.ops.quote_name

    fields = history_model.tracked_fields
    try:
        rows, row_params = (
            queryset.order_by("pk").values_list(*[f.attname for f in fields]).query.get_compiler(using).as_sql()
        )
    except EmptyResultSet:
        return
    own = {
        "history_date": connection.ops.adapt_datetimefield_value(timezone.now()),
        "history_type": history_type,
        "change_set_id": recording.change_set_id,
    }
    columns = ", ".join(f"s.{quote(field.column)}" for field in fields)
    changed = "''"
    source = f"({rows}) s"
    if history_type == "~":
        changed = "s.history_changed"
        source = f"({_compared_with_last(history_model, rows, columns, quote, connection.vendor)}) s"
    history_columns = [quote(_history_field(history_model, field).column) for field in fields]
    sql = (
        f"INSERT INTO {quote(history_model._meta.db_table)} "
        f"({', '.join([*history_columns, *map(quote, own), 'history_changed'])}) "
        f"SELECT {columns}, {', '.join(['%s'] * len(own))}, {changed} FROM {source}"
    )
    if history_type == "~":
        sql += " WHERE s.history_changed IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*own.values(), *row_params])


def _history_field(history_model: type[models.Model], field: models.Field) -> Any:
    return history_model._meta.get_field(field.name if field.is_relation else field.attname)


def _compared_with_last(history_model: Any, rows: str, columns: str, quote: Any, vendor: str) -> str:
    """SQL for `rows` with `history_changed`: NULL where the newest history row holds the same values."""
    table = quote(history_model._meta.db_table)
    pk = history_model.instance_type._meta.pk
    different = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    names = " || ".join(
        f"CASE WHEN p.{quote(_history_field(history_model, field).column)} {different} s.{quote(field.column)} "
        f"THEN ' {field.name} ' ELSE '' END"
        for field in history_model.tracked_fields
    )
    last = f"SELECT MAX(q.history_id) FROM {table} q WHERE q.{quote(_history_field(history_model, pk).column)} = s."
    return (
        f"SELECT {columns}, CASE WHEN p.history_id IS NULL OR p.history_type = '-' THEN '' "
        f"ELSE NULLIF({names}, '') END AS history_changed "
        f"FROM ({rows}) s LEFT JOIN {table} p ON p.history_id = ({last}{quote(pk.column)})"
    )
