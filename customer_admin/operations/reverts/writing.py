"""Writes a plan: deletes, changes and makes rows again, in bulk and with their history."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, models
from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.models import Tracked
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.bulk import in_chunks
from customer_admin.models.history import delete_recorded, moving_fields, refresh_stored_keys
from customer_admin.models.history_writer import write_history_of
from customer_admin.models.recording import recording_in_force

from .plan import Plan
from .report import Action, RowEffect
from .uniques import final_instances, layers


def write(plan: Plan, *, using: str) -> None:
    """Do all of it. Must run inside a recording, with the rows locked.

    Nothing here calls `save()` or lets a deletion spread by itself, except to rows whose loss was agreed to.
    """
    _turn_flags_off(plan)
    for model in plan.rows:
        _delete(model, [row for row in plan.rows_of(model, Action.DELETE) if not row.has_dependents], using)
    for model in plan.rows:
        with_dependents = [row.key for row in plan.rows_of(model, Action.DELETE) if row.has_dependents]
        for keys in in_chunks(with_dependents, using):
            delete_recorded(model._base_manager.using(using).filter(pk__in=keys), using=using)
    for model in plan.rows:
        _change(plan, model, using)
    for model in plan.rows:
        created = plan.rows_of(model, Action.CREATE)
        for rows in in_chunks(created, using):
            _insert(model, final_instances(model, rows).values(), using)
        write_history_of(model, sorted(row.key for row in created), "+", using=using)
    for model in plan.rows:
        _counter(model, plan.rows_of(model, Action.COUNTER), using)


def _turn_flags_off(plan: Plan) -> None:
    """Make place for those that take a flag back; a row that changes and must not have it gives it up here."""
    for model, key, flag in sorted(plan.demotions, key=lambda demotion: (demotion[0]._meta.label, demotion[1])):
        model._base_manager.filter(pk=key).update(**{flag: False})
    for model in plan.rows:
        for row in plan.rows_of(model, Action.CHANGE):
            if row.overrides:
                model._base_manager.filter(pk=row.key).update(**row.overrides)


def _delete(model: type[Tracked], rows: list[RowEffect], using: str) -> None:
    keys = sorted(row.key for row in rows)
    write_history_of(model, keys, "-", using=using)
    _delete_raw(model, keys, using)


def _delete_raw(model: type[Tracked], keys: Iterable[Any], using: str) -> None:
    for chunk in in_chunks(keys, using):
        models.QuerySet(model, using=using).filter(pk__in=chunk)._raw_delete(using)


def _counter(model: type[Tracked], rows: list[RowEffect], using: str) -> None:
    """Counter entries in the name of whoever takes back."""
    recording = recording_in_force(model)
    actor, reason = recording.actor, recording.reason or _("Taken back")
    for chunk in in_chunks([row.countered_key for row in rows], using):
        entries = model._base_manager.using(using).filter(pk__in=chunk).order_by("pk")
        model._base_manager.using(using).bulk_create(
            entry.counter_entry(reason=reason, author=actor.user_id, author_label=kept_label(actor))
            for entry in entries
        )


def _change(plan: Plan, model: type[Tracked], using: str) -> None:
    rows = plan.rows_of(model, Action.CHANGE)
    ordered, circle = layers(plan, model, rows)
    for layer in ordered:
        groups: dict[frozenset[str], list[RowEffect]] = {}
        for row in layer:
            groups.setdefault(row.fields, []).append(row)
        for fields, group in groups.items():
            for chunk in in_chunks(group, using):
                _update(model, fields, chunk, using)
                refresh_stored_keys(model, [row.key for row in chunk], fields, using=using)
    if circle:  # Such as two that swap a value: no order of updates avoids both having it for a moment.
        instances = final_instances(model, circle)
        _delete_raw(model, instances, using)
        _insert(model, instances.values(), using)
    write_history_of(model, sorted(row.key for row in rows), "~", using=using)


def _update(model: Any, fields: frozenset[str], rows: list[RowEffect], using: str) -> None:
    """Copy columns back from history rows, in one statement for many rows."""
    connection = connections[using]
    quote = connection.ops.quote_name
    table, history = quote(model._meta.db_table), quote(model.history.model._meta.db_table)
    pk = quote(model._meta.pk.column)
    stamps: list[Any] = moving_fields(model)
    columns = [quote(model._meta.get_field(name).column) for name in sorted(fields - {field.name for field in stamps})]
    assignments = [f"{column} = h.{column}" for column in columns]
    assignments += [f"{quote(field.column)} = %s" for field in stamps]
    now = [field.get_db_prep_save(field.to_python(timezone.now()), connection) for field in stamps]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {', '.join(assignments)} FROM {history} h "
            f"WHERE h.history_id IN ({', '.join(['%s'] * len(rows))}) AND h.{pk} = {table}.{pk}",
            [*now, *(row.source_id for row in rows)],
        )


def _insert(model: type[Tracked], instances: Iterable[Any], using: str) -> None:
    """Insert rows with their old keys and all columns as they are, without signals."""
    now = timezone.now()
    instances = list(instances)
    for field in moving_fields(model):
        for instance in instances:
            setattr(instance, field.attname, field.to_python(now))
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    size = connections[using].ops.bulk_batch_size(fields, instances)
    for start in range(0, len(instances), max(size, 1)):
        models.QuerySet(model, using=using)._insert(  # type: ignore[attr-defined]
            instances[start : start + size], fields=fields, using=using, raw=True
        )
