"""Keeping a row that others are about to point to."""

from typing import Any

from django.db import connections
from django.db.models import Model


def hold(row: Model) -> bool:
    """Whether the row is there still; if so, nobody deletes it before this transaction ends. Must run inside one.

    Any number may hold a row at once, and change what does not identify it. That is the lock which PostgreSQL takes for
    a foreign key, but only when the transaction ends, too late to say in words what is missing.
    """
    rows = type(row)._base_manager.filter(pk=row.pk)
    connection = connections[rows.db]
    if connection.vendor != "postgresql":
        return rows.exists()  # One writer at a time.
    quote: Any = connection.ops.quote_name
    meta: Any = row._meta
    sql = f"SELECT 1 FROM {quote(meta.db_table)} WHERE {quote(meta.pk.column)} = %s FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk])
        return cursor.fetchone() is not None
