"""What a change set wrote to rows of models without history, told by their number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count, Q
from django.utils.text import capfirst

from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer

from .merges import CustomerRelation, relations_to_customers
from .signposts import keys_of_account


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
    touched = ChangeSetCustomer.objects.filter(change_set=change_set).values("customer_id")
    accounts = list(Customer.all_objects.filter(pk__in=touched))
    relations = {(each.model._meta.label_lower, each.field.name): each for each in relations_to_customers()}
    told = (
        _told(count, *key, relations.get(key[:2]), accounts)
        for *parts, count in sorted(groups)
        if (key := tuple(parts))
    )
    return list(told)


def _told(
    count: int,
    label: str,
    name: str,
    before: str,
    after: str,
    relation: CustomerRelation | None,
    accounts: Iterable[Customer],
) -> UntrackedCount:
    if relation is not None:
        names = {str(relation.value(each)): str(each) for each in accounts}
        return UntrackedCount(relation.what(count), count, "", names.get(before, before), names.get(after, after), True)
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
