"""Writes the end of rows that went behind the history's back."""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.utils import timezone

from .bulk import in_chunks
from .recording import recording_in_force


def write_vanished(model: Any, keys: Iterable[Any], *, using: str) -> None:
    """Note as deleted those of the rows with these keys that are gone, with the values that their history knows."""
    connection = connections[using]
    quote = connection.ops.quote_name
    history_model = model.history.model
    recording = recording_in_force(model)
    recording.will_write(history_model)
    live, past, key = quote(model._meta.db_table), quote(history_model._meta.db_table), quote(model._meta.pk.column)
    columns = [quote(field.column) for field in history_model.tracked_fields]
    own = {
        "history_date": connection.ops.adapt_datetimefield_value(timezone.now()),
        "history_type": "-",
        "history_changed": "",
        "change_set_id": recording.change_set_id,
    }
    for chunk in in_chunks(keys, using):
        prepared = [model._meta.pk.get_db_prep_value(value, connection) for value in chunk]
        sql = (
            f"INSERT INTO {past} ({', '.join([*columns, *map(quote, own)])}) "
            f"SELECT {', '.join(f'h.{column}' for column in columns)}, %s, %s, %s, %s FROM {past} h "
            f"WHERE h.{key} IN ({', '.join(['%s'] * len(prepared))}) AND h.history_type <> '-' "
            f"AND h.history_id = (SELECT MAX(n.history_id) FROM {past} n WHERE n.{key} = h.{key}) "
            f"AND NOT EXISTS (SELECT 1 FROM {live} l WHERE l.{key} = h.{key})"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*own.values(), *prepared])
