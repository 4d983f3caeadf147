"""What became of rows: once as the tables show it, once as the history tells it."""

from dataclasses import dataclass
from typing import Any

from customer_admin.models import ChangeSet, Tracked, tracked_models

Values = dict[str, Any] | None
RowKey = tuple[str, Any]


@dataclass(frozen=True)
class Change:
    """One row. `kind`: "created", "changed" or "deleted"; `fields` maps each name to the old and the new value."""

    kind: str
    fields: dict[str, tuple[Any, Any]]


def change_between(before: Values, after: Values) -> Change | None:
    if before is None and after is None:
        return None
    if before is None:
        return Change("created", {name: (None, value) for name, value in (after or {}).items()})
    if after is None:
        return Change("deleted", {name: (value, None) for name, value in before.items()})
    fields = {name: (value, after[name]) for name, value in before.items() if after[name] != value}
    return Change("changed", fields) if fields else None


def tracked_fields(model: type[Tracked]) -> list[Any]:
    return list(model.history.model.tracked_fields)


def in_the_tables() -> dict[RowKey, Values]:
    """Every row of every tracked model as it is now."""
    found: dict[RowKey, Values] = {}
    for model in tracked_models():
        for row in model._base_manager.all():
            found[model._meta.label, row.pk] = _values(model, row)
    return found


def seen_between(before: dict[RowKey, Values], after: dict[RowKey, Values]) -> dict[RowKey, Change]:
    changes = {key: change_between(before.get(key), after.get(key)) for key in before | after}
    return {key: change for key, change in changes.items() if change is not None}


def told_by(change_set: ChangeSet) -> dict[RowKey, Change]:
    """What the history says that the change set did, read from nothing but the history tables."""
    changes = {}
    for model in tracked_models():
        key = model._meta.pk.attname
        rows: dict[Any, list[Any]] = {}
        for row in model.history.filter(change_set=change_set).order_by("history_id"):
            rows.setdefault(getattr(row, key), []).append(row)
        for pk, several in rows.items():
            earlier = model.history.filter(**{key: pk}, history_id__lt=several[0].history_id).order_by("-history_id")
            change = change_between(_told(model, earlier.first()), _told(model, several[-1]))
            if change is not None:  # Some come and go in one change set.
                changes[model._meta.label, pk] = change
    return changes


def _told(model: type[Tracked], row: Any) -> Values:
    return None if row is None or row.history_type == "-" else _values(model, row)


def _values(model: type[Tracked], row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.attname) for field in tracked_fields(model)}
