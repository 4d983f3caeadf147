"""What came to the account that stayed after a merge, which may be for one of those that went."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from customer_admin.models import ChangeSet, Customer

from .relations import CustomerRelation, relations_to_customers


@dataclass(frozen=True)
class MergedAccounts:
    """The account that stayed, and those that went into it in one merge, as they are now; those gone are left out."""

    survivor: Customer
    gone: tuple[Customer, ...]


def accounts_of_merge(change_set: ChangeSet) -> MergedAccounts | None:
    """Whom this change set merged, None when it merged nobody, or when the account that stayed is gone."""
    signposts = Customer.history.filter(
        change_set=change_set, history_changed__contains=" merged_into ", merged_into__isnull=False
    )
    pairs = dict(signposts.order_by().values_list("id", "merged_into_id"))
    found = Customer.all_objects.in_bulk({*pairs, *pairs.values()})
    survivor = found.get(next(iter(pairs.values()), None))
    if survivor is None:
        return None
    return MergedAccounts(survivor, tuple(found[key] for key in sorted(pairs) if key in found))


def rows_since(change_set: ChangeSet) -> Iterator[tuple[CustomerRelation, QuerySet]]:
    """The rows of each tracked relation that came to the account that stayed after the merge, and are still there.

    Of models that are not tracked nobody knows when a row came.
    """
    accounts = accounts_of_merge(change_set)
    if accounts is None:
        return
    for relation in relations_to_customers():
        if relation.is_tracked and not relation.type_name:
            yield relation, came_since(relation, accounts.survivor, change_set)


def came_since(relation: CustomerRelation, customer: Customer, change_set: ChangeSet) -> QuerySet:
    """The rows of a tracked relation that came to a customer after this change set, which did not write them.

    Those that were the customer's just before it, and were restored since, did not come.
    """
    model: Any = relation.model
    key = model._meta.pk.attname
    came = model.history.filter(
        Q(history_type="+") | Q(history_changed__contains=f" {relation.field.name} "),
        **{key: OuterRef("pk"), relation.field.attname: relation.value(customer)},
        change_set__closed__gt=change_set.closed,
    )
    moved = model.history.filter(**{key: OuterRef("pk")}, change_set=change_set)
    earlier = model.history.filter(**{key: OuterRef("pk")}, change_set__closed__lt=change_set.closed)
    former = earlier.order_by("-change_set__closed", "-history_id").values(relation.field.attname)
    rows = relation.rows([customer]).filter(Exists(came), ~Exists(moved))
    was_elsewhere = Q(former=None) | ~Q(former=relation.value(customer))
    return rows.alias(former=Subquery(former[:1])).filter(was_elsewhere).order_by("pk")
