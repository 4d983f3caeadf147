"""Rows of models without history that a change set gave to another customer, on their way back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models, router

from customer_admin.models import ChangeSet, Customer, UntrackedChange
from customer_admin.models.bulk import in_chunks
from customer_admin.models.unique_rules import rules_of

from ..moved_rows import note_untracked
from .report import KEEP, Clash, ClashKind


@dataclass(frozen=True)
class UntrackedEffect:
    """One row of an untracked model that gets the value back which it had in a field; `now` is what it has."""

    model: Any
    key: Any
    field: str
    before: Any
    now: Any

    @property
    def ref(self) -> str:
        """How the row is named in `only` and `resolve`."""
        return f"{self.model._meta.label_lower}:{self.key}"


@dataclass(frozen=True)
class Noted:
    """What was noted of one row, in the terms of its columns."""

    key: Any
    before: Any
    after: Any


def untracked_models(change_set: ChangeSet) -> set[Any]:
    """The untracked models of which the change set wrote rows, as far as they are installed."""
    labels = change_set.untracked_changes.order_by().values_list("model", flat=True).distinct()
    return {model for model in apps.get_models(include_auto_created=True) if model._meta.label_lower in set(labels)}


def plan_untracked(plan: Any, keys: Any = None, customer: Any = None) -> None:
    """Add to the plan what goes back, with a clash for what was changed since.

    `keys` are those of the wanted rows by model, None for all; `customer` is the key of whom they must have been.
    """
    changes = plan.change_set.untracked_changes.order_by("pk")
    by_column: dict[tuple[Any, Any], list[UntrackedChange]] = defaultdict(list)
    models_by_label = {model._meta.label_lower: model for model in untracked_models(plan.change_set)}
    for change in changes:
        model = models_by_label.get(change.model)
        field = _field(model, change.field) if model is not None else None
        wanted = customer is None or str(customer) in (change.before, change.after)
        if field is not None and wanted and (keys is None or change.object_key in keys.get(model, ())):
            by_column[model, field].append(change)
    for (model, field), some in by_column.items():
        noted = [_noted(model, field, change) for change in some]
        plan.untracked += _effects(plan, model, field, noted)


def _field(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:  # The host has renamed or removed it since.
        return None


def _noted(model: Any, field: Any, change: UntrackedChange) -> Noted:
    key = getattr(model._meta.pk, "target_field", model._meta.pk)
    return Noted(key.to_python(change.object_key), _value(field, change.before), _value(field, change.after))


def _value(field: Any, text: str) -> Any:
    return None if text == str(None) else getattr(field, "target_field", field).to_python(text)


def _effects(plan: Any, model: Any, field: Any, noted: list[Noted]) -> Iterator[UntrackedEffect]:
    present: dict[Any, Any] = {}
    asked = {each.key for each in noted} | ({each.before for each in noted} if field.primary_key else set())
    for keys in in_chunks(asked, router.db_for_read(model)):
        present |= dict(model._base_manager.filter(pk__in=keys).values_list("pk", field.attname))
    owners = {each.before for each in noted} if not isinstance(field, models.BooleanField) else set()
    missing = owners - _there(plan, field, owners)
    for each in noted:
        now = present.get(each.key)
        kind = None
        if now == each.before or (field.primary_key and each.key not in present and each.before in present):
            plan.done_already += 1
            continue
        if each.key not in present:
            kind = ClashKind.GONE
        elif each.before in missing:
            kind = ClashKind.MISSING
        elif now != each.after:
            kind = ClashKind.CHANGED
        if kind is not None:
            clash = Clash(model, each.key, kind, field.name, may_overwrite=kind == ClashKind.CHANGED)
            if plan.meet(clash) == KEEP:
                continue
        yield UntrackedEffect(model, each.key, field.name, each.before, now)


def _there(plan: Any, field: Any, owners: set[Any]) -> set[Any]:
    """Those of these values that name customers who are there, or come back."""
    target = getattr(field, "target_field", None)
    name = target.attname if target is not None else "pk"
    found = set(Customer.all_objects.filter(**{f"{name}__in": owners}).values_list(name, flat=True))
    # A generic key may be text.
    texts = {str(value) for value in found} | {str(row.key) for row in plan.rows_of(Customer) if row.action == "create"}
    return {owner for owner in owners if str(owner) in texts}


def write_untracked(effects: list[UntrackedEffect]) -> None:
    """Give the rows their values back, and note that beside the open change set. Flags are turned on last."""
    by_column: dict[tuple[Any, str], list[UntrackedEffect]] = defaultdict(list)
    for effect in effects:
        by_column[effect.model, effect.field].append(effect)
    columns = [(model, model._meta.get_field(name), some) for (model, name), some in by_column.items()]
    for model, field, some in sorted(columns, key=lambda each: isinstance(each[1], models.BooleanField)):
        _write(model, field, some)


def _write(model: Any, field: Any, effects: list[UntrackedEffect]) -> None:
    groups: dict[Any, list[UntrackedEffect]] = defaultdict(list)
    for effect in effects:
        groups[effect.before].append(effect)
    rows: Any = models.QuerySet(model, using=router.db_for_write(model))
    keys = {effect.key: effect.key for effect in effects}
    if len(groups) > 1 and (field.primary_key or any(field.name in rule.fields for rule in rules_of(model))):
        # Two may want the place of each other: no customer has the keys that these have for a moment.
        for key, number in zip(keys, count(1), strict=False):
            rows.filter(pk=key).update(**{field.attname: -number})
            if field.primary_key:
                keys[key] = -number
    for before, group in groups.items():
        note_untracked(model, field, {effect.key: effect.now for effect in group}, before)
        for some in in_chunks([keys[effect.key] for effect in group], rows.db):
            rows.filter(pk__in=some).update(**{field.attname: before})
