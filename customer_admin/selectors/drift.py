"""Finds rows that were changed behind the history's back: by raw SQL, fixtures or another program."""

from dataclasses import dataclass
from typing import Any

from django.db import connections

from customer_admin.models import Tracked, tracked_models


@dataclass(frozen=True)
class Drift:
    """A row that is not what its history says. `kind`: "unrecorded", "changed" or "vanished"."""

    model: str
    key: Any
    kind: str


def drift(using: str = "default") -> list[Drift]:
    """Every live row that differs from its newest history row, and every one of these that lost its live row."""
    return [found for model in tracked_models() for found in drift_of(model, using)]


def drift_of(model: type[Tracked], using: str = "default") -> list[Drift]:
    """The same of one model, in one question."""
    with connections[using].cursor() as cursor:
        cursor.execute(_sql(model, using))
        found = cursor.fetchall()
    return [Drift(model._meta.label, model._meta.pk.to_python(key), kind) for key, kind in found]


def _sql(model: Any, using: str) -> str:
    connection = connections[using]
    quote = connection.ops.quote_name
    history_model = model.history.model
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    live, past, key = quote(model._meta.db_table), quote(history_model._meta.db_table), quote(model._meta.pk.column)
    comparisons = " AND ".join(
        f"h.{quote(field.column)} {same} l.{quote(field.column)}" for field in history_model.tracked_fields
    )
    last = f"SELECT MAX(n.history_id) FROM {past} n WHERE n.{key} = h.{key}"
    newest = f"(SELECT h.* FROM {past} h WHERE h.history_id = ({last}))"
    return (
        f"SELECT l.{key}, CASE WHEN h.{key} IS NULL THEN 'unrecorded' ELSE 'changed' END FROM {live} l "
        f"LEFT JOIN {newest} h ON h.{key} = l.{key} "
        f"WHERE h.{key} IS NULL OR h.history_type = '-' OR NOT ({comparisons}) "
        f"UNION ALL SELECT h.{key}, 'vanished' FROM {newest} h LEFT JOIN {live} l ON l.{key} = h.{key} "
        f"WHERE l.{key} IS NULL AND h.history_type <> '-'"
    )
