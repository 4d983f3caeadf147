"""A host's own code inside `recording()`: each way in which Django writes, on every field of every tracked model."""

from typing import Any

from customer_admin.models import SYSTEM, recording, tracked_models
from tests.sweep.changes import tracked_fields
from tests.sweep.door import Watch, door
from tests.sweep.doors.reasons import ENTRIES, WRITTEN_ONCE
from tests.sweep.values import new_row, others


def saved_rows() -> list[Any]:
    rows = []
    for model in tracked_models():
        row = new_row(model)
        with recording(actor=SYSTEM, reason="Test data"):
            row.save()
        rows.append(row)
    return rows


def change(watch: Watch, write: Any, *, entries: bool = True) -> None:
    """Give every field of a row of every model another value, all at once; of entries, those that may change."""
    for row in saved_rows():
        model = type(row)
        if model.is_only_countered and not entries:
            continue
        names = {field.name for field in tracked_fields(model)}
        values = others(model, set(model.movable_fields) if model.is_only_countered else names, row)
        with watch.going_through(), recording(actor=watch.person):
            write(model, row, values)


def set_all(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


@door("save()", "created")
def save_new(watch: Watch) -> None:
    for model in tracked_models():
        row = new_row(model)
        with watch.going_through(), recording(actor=watch.person):
            row.save()


@door("bulk_create()", "created")
def bulk_create(watch: Watch) -> None:
    for model in tracked_models():
        row = new_row(model)
        with watch.going_through(), recording(actor=watch.person):
            model._default_manager.bulk_create([row])


@door("get_or_create()", "created")
def get_or_create(watch: Watch) -> None:
    for model in tracked_models():
        row = new_row(model)
        values = {field.name: getattr(row, field.name) for field in tracked_fields(model) if not field.primary_key}
        with watch.going_through(), recording(actor=watch.person):
            model._base_manager.get_or_create(pk=row.pk, defaults=values)


@door("save()", "changed", closed_to=ENTRIES)
def save(watch: Watch) -> None:
    def write(model: Any, row: Any, values: dict[str, Any]) -> None:
        set_all(row, values)
        row.save()

    change(watch, write, entries=False)


@door("save(update_fields)", "changed", closed_to=WRITTEN_ONCE)
def save_some(watch: Watch) -> None:
    def write(model: Any, row: Any, values: dict[str, Any]) -> None:
        set_all(row, values)
        for name in values:
            row.save(update_fields=[name])

    change(watch, write)


@door("update()", "changed", closed_to=WRITTEN_ONCE)
def update(watch: Watch) -> None:
    change(watch, lambda model, row, values: model._base_manager.filter(pk=row.pk).update(**values))


@door("bulk_update()", "changed", closed_to=WRITTEN_ONCE)
def bulk_update(watch: Watch) -> None:
    def write(model: Any, row: Any, values: dict[str, Any]) -> None:
        set_all(row, values)
        model._base_manager.bulk_update([row], list(values))

    change(watch, write)


@door("update_or_create()", "changed", closed_to=ENTRIES)
def update_or_create(watch: Watch) -> None:
    def write(model: Any, row: Any, values: dict[str, Any]) -> None:
        model._base_manager.update_or_create(pk=row.pk, defaults=values)

    change(watch, write, entries=False)


def with_its_owner(row: Any) -> Any:
    """What is deleted so that the row goes: an entry goes with its customer."""
    return row.customer if row.is_only_countered else row


@door("delete()", "deleted")
def delete(watch: Watch) -> None:
    for row in map(with_its_owner, saved_rows()):
        with watch.going_through(), recording(actor=watch.person):
            row.delete()


@door("delete() of a query set", "deleted")
def delete_rows(watch: Watch) -> None:
    for row in map(with_its_owner, saved_rows()):
        with watch.going_through(), recording(actor=watch.person):
            type(row)._base_manager.filter(pk=row.pk).delete()
