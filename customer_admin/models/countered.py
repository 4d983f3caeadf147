"""Entries that are only countered: the guard that no write passes, and what about their model would not hold."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from customer_admin.errors import OnlyCountered


def refuse_change(model: Any, names: Iterable[str] | None) -> None:
    """Raise OnlyCountered for an entry, unless all these columns of it may change; None stands for all columns."""
    if not model.is_only_countered:
        return
    changing = None if names is None else {model._meta.get_field(name).name for name in names}
    if changing is None or not changing.issubset(model.movable_fields):
        raise OnlyCountered(
            f"{model._meta.object_name} is only countered: an entry stays as it was written. Counter it instead."
        )


def refuse_deletion(model: Any) -> None:
    """Raise OnlyCountered for an entry: it goes with its customer, as a whole, and in no other way."""
    if model.is_only_countered:
        raise OnlyCountered(
            f"{model._meta.object_name} is only countered: no entry is deleted by itself. Counter it instead."
        )


def misuse_of(model: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a model that says it is only countered and what to do about it, a pair for each problem."""
    from .history import Tracked

    columns = {field.name: field for field in model._meta.concrete_fields}
    counters = columns.get("counters")
    if not (isinstance(counters, models.OneToOneField) and counters.null and counters.related_model is model):
        yield (
            "has no one-to-one field counters to itself that may be empty, so one entry could be countered twice",
            "Inherit from CounteredEntry, or give it such a field.",
        )
    if model.counter_entry is Tracked.counter_entry:
        yield (
            "does not say what its counter-entry is",
            "Inherit from CounteredEntry and name its negated_fields, or write counter_entry().",
        )
    for name in model.movable_fields:
        if not isinstance(columns.get(name), models.ForeignKey) or name == "counters":
            yield (
                f"{name} may change, though it does not say whose the entry is",
                "Name only foreign keys to others in movable_fields.",
            )
    for name, field in columns.items():
        letting_go = isinstance(field, models.ForeignKey) and field.remote_field.on_delete not in (
            models.CASCADE, models.PROTECT, models.RESTRICT, models.DO_NOTHING
        )  # fmt: skip
        if letting_go and name not in model.movable_fields:
            yield (
                f"{name} would have to change when the other row is deleted",
                f'Add "{name}" to its movable_fields, or use CASCADE, PROTECT or RESTRICT for it.',
            )
