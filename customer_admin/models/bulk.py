"""Statements about many rows at once: keys in pieces that a database takes, and a value of its own for each row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connections, models
from django.db.models.expressions import RawSQL


def in_chunks(keys: Iterable[Any], using: str) -> Iterator[list[Any]]:
    """Cut keys into lists that fit into one statement of this database."""
    limit = connections[using].features.max_query_params
    size = 5000 if limit is None else int(limit * 0.9)
    remaining = iter(keys)
    while chunk := list(islice(remaining, size)):
        yield chunk


FEW = 20


def with_keys(rows: Any, keys: Sequence[Any]) -> Any:
    """The query set `rows`, narrowed to these keys.

    Many whole numbers stand in the statement themselves: to fill in a placeholder for each takes longer than to run it.
    """
    if len(keys) <= FEW or not are_whole(keys):
        return rows.filter(pk__in=keys)
    quote, meta = connections[rows.db].ops.quote_name, rows.model._meta
    return rows.filter(
        RawSQL(  # noqa: S611 (Whole numbers.)
            f"{quote(meta.db_table)}.{quote(meta.pk.column)} IN ({', '.join(map(str, keys))})",
            [],
            models.BooleanField(),
        )
    )


def are_whole(keys: Iterable[Any]) -> bool:
    return all(type(key) is int for key in keys)


def write_column(model: Any, name: str, values: Mapping[int, Any], *, using: str) -> None:
    """Write into a column a value of its own for each row, by the rows' keys, thousands of them in one statement.

    None of the values is None. No history is written.
    """
    connection, field = connections[using], model._meta.get_field(name)
    table, key, column = map(connection.ops.quote_name, (model._meta.db_table, model._meta.pk.column, field.column))
    for chunk in in_chunks(values, using):
        new = [values[row] for row in chunk]
        if are_whole(new):  # As in `with_keys`.
            rows, params = ", ".join(f"({row:d}, {value:d})" for row, value in zip(chunk, new, strict=True)), []
        else:
            rows = ", ".join(f"({row:d}, %s)" for row in chunk)
            params = [field.get_db_prep_save(value, connection) for value in new]
        # Both databases call the columns of such a list so.
        sql = f"UPDATE {table} SET {column} = v.column2 FROM (VALUES {rows}) v WHERE {table}.{key} = v.column1"
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
