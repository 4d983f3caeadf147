"""Finds values that must be unique and are taken, and the order in which rows can take theirs back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import router

from customer_admin.models import Tracked
from customer_admin.models.bulk import in_chunks
from customer_admin.models.unique_rules import Rule, names_in, rules_of

from .plan import Plan
from .report import KEEP, OVERWRITE, Action, Clash, ClashKind, RowEffect


def _touches(model: type[Tracked], rule: Rule, row: RowEffect) -> bool:
    """Whether what is done to the row can change what it is by this rule."""
    if row.action != Action.CHANGE:
        return row.action == Action.CREATE
    return not row.fields.isdisjoint(_decisive(model, rule))


def _decisive(model: type[Tracked], rule: Rule) -> set[str]:
    """The fields that make a row what it is by this rule."""
    wanted = {*rule.fields, *names_in(rule.condition)}
    return wanted | {source for key, names in model.stored_keys.items() if key in wanted for source in names}


class Finals:
    """Rows of one model as they will be, as instances, loaded once for all rules."""

    def __init__(self, model: type[Tracked]) -> None:
        self._model = model
        self._instances: dict[Any, Any] = {}

    def load(self, rows: Sequence[RowEffect]) -> None:
        missing = [row for row in rows if row.key not in self._instances]
        for chunk in in_chunks(missing, router.db_for_read(self._model)):
            self._instances |= final_instances(self._model, chunk)

    def key(self, rule: Rule, row: RowEffect) -> tuple[Any, ...] | None:
        """What the row will be by the rule; None when it does not fall under it. Rows that vanished are nothing."""
        instance = self._instances.get(row.key)
        if instance is None or (rule.flag and not getattr(instance, rule.flag)):
            return None
        if rule.condition is not None and not rule.flag:
            values = {name: getattr(instance, name) for name in names_in(rule.condition)}
            if not rule.condition.check(values, using=router.db_for_read(self._model)):
                return None
        key = tuple(getattr(instance, name) for name in rule.attnames(self._model))
        return None if None in key else key


def final_instances(model: type[Tracked], rows: Iterable[RowEffect]) -> dict[Any, Any]:
    """Unsaved instances of the rows as they will be, by key, with all columns."""
    rows = list(rows)
    sources = model.history.in_bulk([row.source_id for row in rows])
    live = model._base_manager.in_bulk([row.key for row in rows if row.action == Action.CHANGE])
    columns = model.history.model.tracked_fields
    instances = {}
    for row in rows:
        source = sources[row.source_id]
        if row.action == Action.CREATE:
            instance = model(**{column.attname: getattr(source, column.attname) for column in columns})
        elif row.key in live:
            instance = live[row.key]
            for column in columns:
                if column.name in row.fields:
                    setattr(instance, column.attname, getattr(source, column.attname))
        else:
            continue
        for attname, value in row.overrides.items():
            setattr(instance, attname, value)
        instance.fill_stored_keys()
        instances[row.key] = instance
    return instances


def leave_what_is_taken(plan: Plan) -> bool:
    """Meet a clash for each value that another row has by now; answer whether anything was left out of the plan.

    A primary flag, or the like, comes back turned off, unless the other row is told to give it up.
    """
    left_out = False
    plan.demotions.clear()  # Those of a former round may be for a row that is left out by now.
    for model in list(plan.rows):
        finals = Finals(model)
        for rule in rules_of(model):
            rows = [row for row in plan.rows_of(model) if _touches(model, rule, row)]
            finals.load(rows)
            wanted = {key: row for row in rows if (key := finals.key(rule, row)) is not None}
            for key, holder in _holders(model, rule, wanted).items():
                row = wanted[key]
                if holder != row.key and not _moves_away(plan, model, rule, finals, holder, key):
                    left_out |= _settle(plan, rule, row, holder)
    return left_out


def _holders(model: type[Tracked], rule: Rule, wanted: dict[tuple[Any, ...], RowEffect]) -> dict[tuple[Any, ...], Any]:
    """The live rows that have one of the wanted keys now, by that key."""
    attnames = rule.attnames(model)
    found = {}
    for keys in in_chunks(wanted, router.db_for_read(model)):
        columns = zip(attnames, zip(*keys, strict=True), strict=True)
        rows = model._base_manager.filter(**{f"{name}__in": set(values) for name, values in columns})
        if rule.condition is not None:
            rows = rows.filter(rule.condition)
        for pk, *values in rows.order_by().values_list("pk", *attnames):
            if tuple(values) in wanted:
                found[tuple(values)] = pk
    return found


def _moves_away(plan: Plan, model: type[Tracked], rule: Rule, finals: Finals, holder: Any, key: Any) -> bool:
    """Whether the holder of a key gives it up in the same plan."""
    row = plan.rows.get(model, {}).get(holder)
    if row is None or not (row.action == Action.DELETE or _touches(model, rule, row)):
        return (model, holder, rule.flag) in plan.demotions
    return row.action == Action.DELETE or finals.key(rule, row) != key


def _settle(plan: Plan, rule: Rule, row: RowEffect, holder: Any) -> bool:
    """Meet the clash over a taken value, and do what was chosen. Answers whether the plan became smaller."""
    name = rule.flag or _field_of(row, rule)
    clash = Clash(
        row.model, row.key, ClashKind.TAKEN, name, row.source_id, row.after_id, other=(row.model, holder),
        may_overwrite=bool(rule.flag),
    )  # fmt: skip
    choice = plan.meet(clash)
    if choice == OVERWRITE:
        plan.demotions.add((row.model, holder, rule.flag))
        return False
    if choice != KEEP:
        return False
    if rule.flag:
        row.overrides[rule.flag] = False
    if row.action == Action.CHANGE:
        row.fields = row.fields.difference({rule.flag} if rule.flag else _decisive(row.model, rule))
    if not (row.fields or (rule.flag and row.action == Action.CREATE)):
        plan.drop(row)
    return True


def _field_of(row: RowEffect, rule: Rule) -> str:
    """The field of a changing row that people know the taken value by, and never a stored key; "" for a whole row."""
    if row.action != Action.CHANGE:
        return ""
    changing = [name for name in (*rule.fields, *sorted(_decisive(row.model, rule))) if name in row.fields]
    return changing[0]


def layers(plan: Plan, model: type[Tracked], rows: list[RowEffect]) -> tuple[list[list[RowEffect]], list[RowEffect]]:
    """Changed rows in the order in which they can be written, and those that wait for each other in a circle."""
    waits: dict[Any, set[Any]] = {}
    finals = Finals(model)
    planned = {row.key for row in rows}
    for rule in rules_of(model):
        touching = [row for row in rows if _touches(model, rule, row)]
        finals.load(touching)
        wanted = {key: row for row in touching if (key := finals.key(rule, row)) is not None}
        for key, holder in _holders(model, rule, wanted).items():
            if holder != wanted[key].key and holder in planned:
                waits.setdefault(wanted[key].key, set()).add(holder)
    if not waits:
        return ([rows] if rows else []), []
    ordered, pending = [], {row.key: row for row in rows}
    while pending:
        ready = [row for key, row in pending.items() if waits.get(key, set()).isdisjoint(pending)]
        if not ready:
            break
        ordered.append(ready)
        for row in ready:
            del pending[row.key]
    return ordered, list(pending.values())
