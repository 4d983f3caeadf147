"""Gives rows of any model to another customer, in bulk: with their history, or noted beside the change set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import models, router
from django.db.models import Exists, OuterRef, Q

from customer_admin.models import Customer
from customer_admin.models.bulk import in_chunks
from customer_admin.models.history_writer import write_history_of
from customer_admin.models.recording import recording_in_force
from customer_admin.models.unique_rules import rules_of
from customer_admin.models.untracked_changes import UntrackedChange
from customer_admin.selectors.merges import CustomerRelation, RelationPlan


def move(
    plan: RelationPlan, survivor: Customer, going: Sequence[Customer], note: Callable[[int], None] | None = None
) -> int:
    """Do what the plan says, and answer how many rows went to `survivor`. Must run inside a recording.

    `note` hears the number of rows whenever some have moved.
    """
    relation = plan.relation
    for flag, keys in plan.demoted.items():
        _turn_off(relation, flag, sorted(keys))
    rows = relation.rows(going)
    for some in in_chunks(sorted(plan.staying), rows.db):
        rows = rows.exclude(pk__in=some)
    if relation.field.primary_key:
        return _give_other_keys(plan, rows, survivor)
    if plan.given:
        _park(relation, plan.given)
    moved = _give(relation, rows, survivor, note=note) if plan.moving else 0
    for key, account in plan.given.items():
        parked = relation.model._base_manager.filter(pk=key)
        _give(relation, parked, account, former=survivor)
    return moved


def _park(relation: CustomerRelation, keys: Iterable[Any]) -> dict[Any, int]:
    """Make place for rows that take that of others: no customer has the keys that these have for a moment.

    The database looks at foreign keys when the transaction ends.
    """
    rows: Any = models.QuerySet(relation.model, using=router.db_for_write(relation.model))
    parked = {key: -number for number, key in enumerate(keys, start=1)}
    for key, place in parked.items():
        rows.filter(pk=key).update(**{relation.field.attname: place})
    return parked


def _give(
    relation: CustomerRelation,
    rows: models.QuerySet,
    owner: Customer,
    *,
    former: Customer | None = None,
    note: Callable[[int], None] | None = None,
) -> int:
    """Give these rows to `owner`; `former` is whose they were, where the rows do not say so any more."""
    after = relation.value(owner)
    if relation.is_tracked:
        return _give_tracked(rows, {relation.field.attname: after}, note)
    owners = dict(rows.select_for_update().order_by("pk").values_list("pk", relation.field.attname))
    if former is not None:
        owners = dict.fromkeys(owners, relation.value(former))
    note_untracked(relation.model, relation.field, owners, after)
    for keys in in_chunks(owners, rows.db):
        relation.model._base_manager.filter(pk__in=keys).update(**{relation.field.attname: after})
        if note is not None:
            note(len(keys))
    return len(owners)


def _give_tracked(rows: models.QuerySet, values: dict[str, Any], note: Callable[[int], None] | None) -> int:
    """The same for rows with a history. They go piece by piece only when somebody hears of it, which takes longer."""
    if note is None:
        return rows.update(**values)
    moved = 0
    for keys in in_chunks(list(rows.order_by("pk").values_list("pk", flat=True)), rows.db):
        moved += rows.filter(pk__in=keys).update(**values)
        note(len(keys))
    return moved


def give_rows(relation: CustomerRelation, rows: models.QuerySet, owner: Customer) -> int:
    """Give rows to a customer who may have such already, and answer how many went. Must run inside a recording.

    A flag that only one may have is the customer's own row's; rows that the customer has already stay where they are.
    """
    for rule in rules_of(relation.model):
        if relation.field.name not in rule.fields:
            continue
        others = [name for name in rule.attnames(relation.model) if name != relation.field.attname]
        same = relation.rows([owner]).filter(**{name: OuterRef(name) for name in others})
        if rule.condition is not None:
            same = same.filter(rule.condition)
        taken = rows.filter(rule.condition or Q()).filter(Exists(same))
        if rule.flag:
            _turn_off(relation, rule.flag, list(taken.values_list("pk", flat=True)))
        else:
            rows = rows.exclude(pk__in=list(taken.values_list("pk", flat=True)))
    return _give(relation, rows, owner)


def _give_other_keys(plan: RelationPlan, rows: models.QuerySet, survivor: Customer) -> int:
    """The same for rows whose key is their customer's: one that goes to another customer is another row there."""
    relation = plan.relation
    moving = dict.fromkeys(rows.select_for_update().order_by("pk").values_list("pk", flat=True), survivor)
    owners = {key: relation.value(account) for key, account in (moving | plan.given).items()}
    using = router.db_for_write(relation.model)
    if relation.is_tracked:
        write_history_of(relation.model, sorted(owners), "-", using=using)
    plain: Any = models.QuerySet(relation.model, using=using)
    for key, place in _park(relation, owners).items():
        plain.filter(pk=place).update(**{relation.field.attname: owners[key]})
        if not relation.is_tracked:
            note_untracked(relation.model, relation.field, {key: key}, owners[key])
    if relation.is_tracked:
        write_history_of(relation.model, sorted(owners.values()), "+", using=using)
    return len(moving)


def _turn_off(relation: CustomerRelation, flag: str, keys: list[Any]) -> None:
    if not keys:
        return
    if not relation.is_tracked:
        note_untracked(relation.model, relation.model._meta.get_field(flag), dict.fromkeys(keys, True), False)
    relation.model._base_manager.filter(pk__in=keys).update(**{flag: False})


def note_untracked(model: Any, field: models.Field, before: Mapping[Any, Any], after: Any) -> None:
    """Note beside the open change set that rows of an untracked model get another value in a column.

    `before` has the value that they had, by their keys.
    """
    if not before:
        return
    current = recording_in_force(model)
    change_set = current.change_set_id
    current.has_untracked = True
    UntrackedChange.objects.bulk_create(_noted(change_set, model, field, before, after), batch_size=1000)


def _noted(
    change_set: int, model: Any, field: models.Field, before: Mapping[Any, Any], after: Any
) -> Iterable[UntrackedChange]:
    for key, value in before.items():
        yield UntrackedChange(
            change_set_id=change_set,
            model=model._meta.label_lower,
            object_key=str(after if field.primary_key else key),
            field=field.name,
            before=str(value),
            after=str(after),
        )
