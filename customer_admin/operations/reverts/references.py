"""Checks that no row ends up referring to one that is gone."""

from collections.abc import Iterator
from typing import Any

from django.db import models, router

from customer_admin.models import Tracked
from customer_admin.models.bulk import in_chunks

from .chains import standing_alone
from .plan import Plan
from .report import KEEP, Action, Clash, ClashKind, RowEffect


def leave_out_what_lacks_its_target(plan: Plan) -> bool:
    """Meet a clash for each row that would refer to a missing one; answer whether any was left out of the plan.

    A foreign key that may be empty stays empty in a row that comes back, as Django would have left it.
    """
    before = sum(len(rows) for rows in plan.rows.values())
    for model in list(plan.rows):
        for column in model.history.model.tracked_fields:
            if column.is_relation:
                _check_column(plan, model, column)
    return sum(len(rows) for rows in plan.rows.values()) < before


def _check_column(plan: Plan, model: type[Tracked], column: Any) -> None:
    asking = {
        row.source_id: row
        for row in plan.rows_of(model)
        if row.action == Action.CREATE or (row.action == Action.CHANGE and column.name in row.fields)
    }
    using = router.db_for_read(model)
    for ids in in_chunks(asking, using):
        sources = model.history.filter(history_id__in=ids).exclude(**{column.attname: None})
        targets = dict(sources.order_by().values_list("history_id", column.attname))
        missing = set(targets.values()) - _there(plan, column.related_model, set(targets.values()))
        for source_id, target in targets.items():
            if target in missing and column.attname not in asking[source_id].overrides:
                _leave_out(plan, asking[source_id], column, target)


def _there(plan: Plan, model: Any, keys: set[Any]) -> set[Any]:
    """Those keys whose rows are there when the plan is done."""
    planned = plan.rows.get(model, {})
    found = set(model._base_manager.filter(pk__in=keys).order_by().values_list("pk", flat=True))
    gone = {key for key in found if key in planned and planned[key].action == Action.DELETE}
    coming = {key for key in keys if key in planned and planned[key].action == Action.CREATE}
    return found - gone | coming


def _leave_out(plan: Plan, row: RowEffect, column: Any, target: Any) -> None:
    # An entry that countered another one would count by itself.
    may_be_empty = column.null and not (row.model.is_only_countered and column.name == "counters")
    if row.action == Action.CREATE and may_be_empty:
        row.overrides[column.attname] = None
        return
    other = (column.related_model, target)
    name = column.name if row.action == Action.CHANGE else ""
    plan.meet(
        Clash(row.model, row.key, ClashKind.MISSING, name, row.source_id, row.after_id, other=other,
              may_overwrite=False)
    )  # fmt: skip
    if row.action == Action.CHANGE:
        row.fields -= {column.name}
    if row.action == Action.CREATE or not row.fields:
        plan.drop(row)


def keep_what_is_needed(plan: Plan) -> bool:
    """Meet a clash for each row that is to go and that others refer to; answer whether any was left out of the plan.

    Rows that are not tracked and can let go, such as sent mails, are no clash.
    """
    left_out = False
    for model in list(plan.rows):
        going = {row.key: row for row in plan.rows_of(model, Action.DELETE)}
        for relation in _relations_to(model) if going else ():
            for key, (count, other) in _dependents(plan, relation, going).items():
                row = going.get(key)
                if row is None:
                    continue
                row.has_dependents = True
                if _lets_go(relation) or not count:
                    continue
                clash = Clash(
                    model, key, ClashKind.NEEDED, after_id=row.after_id, other=other, count=count,
                    may_overwrite=relation.on_delete not in (models.PROTECT, models.RESTRICT),
                )  # fmt: skip
                if plan.meet(clash) == KEEP:
                    plan.let_stay(model, key)
                    del going[key]
                    left_out = True
    return left_out


def keep_what_came_along(plan: Plan) -> bool:
    """Leave what belongs to a created row that stays; answer whether anything was left out of the plan."""
    left_out = False
    for model, keys in list(plan.staying.items()):
        for relation in _relations_to(model):
            going = {row.key for row in plan.rows_of(relation.related_model, Action.DELETE)}
            if relation.on_delete is not models.CASCADE or not going:
                continue
            for chunk in in_chunks(keys, router.db_for_read(model)):
                rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": chunk})
                for key in going.intersection(rows.values_list("pk", flat=True)):
                    plan.let_stay(relation.related_model, key)
                    left_out = True
    return left_out


def _relations_to(model: type[Tracked]) -> Iterator[Any]:
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        # What does nothing on deletion is history, or says who a row was about.
        # Entries that counter each other go together, with their customer, or not at all.
        is_counter = points_here and model.is_only_countered and relation.related_model is model
        if points_here and not is_counter and relation.on_delete is not models.DO_NOTHING:  # type: ignore[union-attr]
            yield relation


def _lets_go(relation: Any) -> bool:
    return relation.on_delete is models.SET_NULL and not issubclass(relation.related_model, Tracked)


def _dependents(plan: Plan, relation: Any, going: dict[Any, RowEffect]) -> dict[Any, tuple[int, tuple[Any, Any]]]:
    """By the key of a row that is to go: how many rows refer to it that stay, and one of them.

    Entries that make nothing together are not counted: they go along.
    """
    referring, column = relation.related_model, relation.field
    planned = plan.rows.get(referring, {})
    found: dict[Any, dict[Any, Any]] = {}
    for keys in in_chunks(going, router.db_for_read(referring)):
        rows = referring._base_manager.filter(**{f"{column.name}__in": keys}).order_by("pk")
        for pk, target in rows.values_list("pk", column.attname):
            row = planned.get(pk)
            if row is None or not (row.action == Action.DELETE or column.name in row.fields):
                found.setdefault(target, {})[pk] = (referring, pk)
    if found and issubclass(referring, Tracked) and referring.is_only_countered:
        counting = standing_alone(plan, referring, {pk for rows in found.values() for pk in rows})
        found = {target: {pk: rows[pk] for pk in rows if pk in counting} for target, rows in found.items()}
    nobody = (referring, None)
    return {target: (len(rows), next(iter(rows.values()), nobody)) for target, rows in found.items()}
