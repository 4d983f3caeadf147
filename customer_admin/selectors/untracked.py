"""What a change set wrote to rows of models without history, told by their number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count, Q
from django.utils.text import capfirst

from customer_admin.models import ChangeSet, Customer

from .merges import CustomerRelation, relations_to_customers
from .signposts import keys_of_account

Group = tuple[str, str, str, str, int]
"""Model, field, value before, value after, and how many rows."""


@dataclass(frozen=True)
class UntrackedCount:
    """`count` rows, named by `what`, that went from one customer to another, or got another value in `field`.

    `before` and `after` are customers by name, or values.
    """

    what: str
    count: int
    field: str
    before: str
    after: str
    is_of_customers: bool


def untracked_counts(change_set: ChangeSet, customer: Customer | None = None) -> list[UntrackedCount]:
    """What was noted beside the change set, by kind and by whose the rows were; with `customer`, what was theirs."""
    noted = change_set.untracked_changes.order_by()
    if customer is not None:
        keys = list(map(str, keys_of_account(customer.pk)))
        noted = noted.filter(Q(before__in=keys) | Q(after__in=keys))
    groups = list(noted.values_list("model", "field", "before", "after").annotate(count=Count("pk")))
    if not groups:
        return []
    relations = {(each.model._meta.label_lower, each.field.name): each for each in relations_to_customers()}
    names: dict[Any, dict[str, str]] = defaultdict(dict)
    for column, values in _owners(groups, relations).items():
        for account in Customer.all_objects.filter(**{f"{column}__in": values}):
            names[column][str(getattr(account, column))] = str(account)
    return [_told(group, relations.get(group[:2]), names) for group in sorted(groups)]


def _owners(groups: Iterable[Group], relations: Mapping[tuple[str, str], CustomerRelation]) -> dict[str, set[str]]:
    """By the customers' column that they are in: the values that say whose the rows were and are."""
    owners: dict[str, set[str]] = defaultdict(set)
    for label, name, before, after, _count in groups:
        if (label, name) in relations:
            owners[relations[label, name].target] |= {before, after} - {str(None)}
    return owners


def _told(group: Group, relation: CustomerRelation | None, names: Mapping[str, Mapping[str, str]]) -> UntrackedCount:
    label, name, before, after, count = group
    if relation is not None:
        known = names[relation.target]
        return UntrackedCount(relation.what(count), count, "", known.get(before, before), known.get(after, after), True)
    model = next(_named(label), None)
    what = label if model is None else str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
    return UntrackedCount(what, count, _field_name(model, name), before, after, False)


def _named(label: str) -> Iterator[Any]:
    return (model for model in apps.get_models(include_auto_created=True) if model._meta.label_lower == label)


def _field_name(model: Any, name: str) -> str:
    try:
        field: models.Field = model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):  # The host has removed it since.
        return name
    return capfirst(str(field.verbose_name))
