"""What becomes of the rows of each relation in a merge: which move, and which can't because only one may be there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from customer_admin.models import Customer
from customer_admin.models.unique_rules import Rule, rules_of

from .relations import CustomerRelation
from .rules import rule_of

LEAVE = "leave"
"""The choice for a relation whose rows stay with the accounts that go."""


@dataclass
class RelationPlan:
    """`counts` are rows by the key of the account that goes. What is said of rows is said by their keys.

    `staying` stay with the account that goes; `given` go from the account that stays to the one that is named, whose
    row takes their place; `demoted` lose the flag that only one may have. `replaced` maps each row that is not among
    those of the account that stays to the one that is there in its place. `winner` is whose rows count first.
    `alike` counts the rows of which only one of several can be there, whatever was chosen.
    """

    relation: CustomerRelation
    counts: dict[Any, int]
    moves: bool
    winner: Customer
    staying: set[Any] = field(default_factory=set)
    given: dict[Any, Customer] = field(default_factory=dict)
    demoted: dict[str, set[Any]] = field(default_factory=dict)
    replaced: dict[Any, Any] = field(default_factory=dict)
    alike: int = 0

    @property
    def name(self) -> str:
        return self.relation.name

    @property
    def count(self) -> int:
        """How many rows there are to move."""
        return sum(self.counts.values())

    @property
    def moving(self) -> int:
        return self.count - len(self.staying) if self.moves else 0

    @property
    def clashing(self) -> int:
        """Of how many rows only one of several can be, or be the first, at the account that stays."""
        return len(self.staying) + len(self.given) + sum(len(keys) for keys in self.demoted.values())

    @property
    def what(self) -> str:
        return self.relation.what(self.count)


def relation_plan(
    relation: CustomerRelation, survivor: Customer, going: Sequence[Customer], choices: Mapping[str, Any]
) -> RelationPlan:
    """What a merge does to the rows of this relation, with the choice for it: "leave", or whose rows count first."""
    by_value = {str(relation.value(each)): each.pk for each in going}
    column = relation.field.attname
    counted = relation.rows(going).values_list(column).annotate(count=Count("pk"))
    counts = {by_value[str(value)]: count for value, count in counted}
    choice = str(choices.get(relation.name, ""))
    winner = next((each for each in going if str(each.pk) == choice), survivor)
    plan = RelationPlan(relation, counts, choice != LEAVE and bool(counts), winner)
    if counts and rule_of(relation.model).lets_clash_stay:
        ranked = [winner, *(each for each in (survivor, *going) if each is not winner)]
        for rule in _rules_about(relation):
            _settle(plan, rule, survivor, ranked)
    return plan


def _rules_about(relation: CustomerRelation) -> Iterable[Rule]:
    name = relation.field.name
    if relation.field.primary_key:
        yield Rule((name,))
    for rule in rules_of(relation.model):
        if name in rule.fields:
            yield rule


def _settle(plan: RelationPlan, rule: Rule, survivor: Customer, ranked: Sequence[Customer]) -> None:
    """Note which rows can't be at the account that stays together with others. The first of each group can."""
    relation = plan.relation
    column = relation.field.attname
    others = [name for name in rule.attnames(relation.model) if name not in (column, relation.type_name)]
    place = {str(relation.value(each)): rank for rank, each in enumerate(ranked)}
    found = [
        (tuple(same), place[str(owner)], key)
        for key, owner, *same in _clashing(relation, rule, others, ranked).values_list("pk", column, *others)
    ]
    found.sort(key=lambda row: (str(row[0]), row[1]))
    for _same, group in groupby(found, key=lambda row: row[0]):
        (_values, first_rank, first), *rest = group
        plan.alike += len(rest)
        for _values, rank, key in rest if plan.moves else ():
            plan.replaced[key] = first
            if rule.flag:
                plan.demoted.setdefault(rule.flag, set()).add(key)
            elif ranked[rank] is survivor:
                plan.given[key] = ranked[first_rank]
            else:
                plan.staying.add(key)


def _clashing(relation: CustomerRelation, rule: Rule, others: list[str], accounts: Sequence[Customer]) -> QuerySet:
    rows, same = relation.rows(accounts), relation.rows(accounts)
    if rule.condition is not None:
        rows, same = rows.filter(rule.condition), same.filter(rule.condition)
    if not others:
        return rows
    same = same.filter(**{name: OuterRef(name) for name in others}).exclude(pk=OuterRef("pk"))
    return rows.filter(Exists(same))
