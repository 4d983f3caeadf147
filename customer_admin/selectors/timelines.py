"""The history of one customer or one row: its change sets, and the first rows of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer, Tracked

from .changes import RowChange, by_model, changes_of, spans_of
from .own_rows import Own
from .signposts import keys_of_account

ROWS_SHOWN = 6
"""How many rows of each model a timeline shows of one change set."""

ROWS_READ = 4 * ROWS_SHOWN
"""How many history rows are read to find them, since a change set may have written a row more than once."""


@dataclass
class Told:
    """The rows of one change set that a timeline shows, and whether there are more."""

    rows: list[RowChange] = field(default_factory=list)
    has_more: bool = False


def change_sets_of_customer(customer: Customer) -> QuerySet[ChangeSet]:
    """Everything that touched the customer or what belongs to them, newest first; with the accounts merged into it.

    For one account in the order of the index on the pairs, which the change sets' own would not be.
    """
    keys = keys_of_account(customer.pk)
    if len(keys) > 1:
        touching = ChangeSetCustomer.objects.filter(customer__in=keys)
        return ChangeSet.objects.filter(pk__in=touching.values("change_set")).order_by("-closed")
    return ChangeSet.objects.filter(touched__customer=customer).order_by("-touched__closed")


def change_sets_of_row(row: Tracked) -> QuerySet[ChangeSet]:
    """Everything that touched this one row, newest first."""
    own = type(row).history.filter(**{row._meta.pk.attname: row.pk})
    return ChangeSet.objects.filter(pk__in=own.values("change_set_id")).order_by("-closed")


def changes_for_customer(change_sets: Sequence[ChangeSet], customer: Customer) -> dict[int, Told]:
    """By the key of the change set: the first rows of this customer that it changed, and no other customer's.

    Rows of accounts that were merged into this one are the customer's, too.
    """
    told: dict[int, Told] = defaultdict(Told)
    touching = by_model(change_sets)
    keys_of_customer = keys_of_account(customer.pk) if touching else []
    gave_away = gave_away_in(change_sets, keys_of_customer) if touching else set()
    for model, some in touching.items():
        if model.customer_path is None:
            continue
        rows = Own(model, keys_of_customer).rows_in(some, gave_away, limit=ROWS_READ)
        keys = _first_keys(model, rows, told)
        shown = {f"{model._meta.pk.attname}__in": {key for found in keys.values() for key in found}}
        spans = spans_of(model, model.history.filter(**shown, change_set__in=keys))
        own = sorted((span for span in spans if span.key in keys[span.change_set_id]), key=lambda span: span.first)
        for change_set_id, change in changes_of(model, own):
            told[change_set_id].rows.append(change)
    return told


def changes_for_row(change_sets: Sequence[ChangeSet], row: Tracked) -> dict[int, Told]:
    """By the key of the change set: what it changed in this one row."""
    own = type(row).history.filter(**{row._meta.pk.attname: row.pk}, change_set__in=change_sets)
    changes = changes_of(type(row), spans_of(type(row), own))
    return {change_set_id: Told([change]) for change_set_id, change in changes}


def gave_away_in(change_sets: Iterable[ChangeSet], customers: Iterable[Any]) -> set[int]:
    """The keys of those in which a row went from one of these customers, given by their keys, to another one."""
    pairs = ChangeSetCustomer.objects.filter(customer__in=list(customers), change_set__in=change_sets, gave_away=True)
    return set(pairs.values_list("change_set_id", flat=True))


def _first_keys(model: type[Tracked], rows: QuerySet, told: dict[int, Told]) -> dict[int, list[Any]]:
    """The keys of the first rows in each change set. Notes in `told` where there are more."""
    read: dict[int, list[Any]] = defaultdict(list)
    for change_set_id, key in rows.order_by("history_id").values_list("change_set_id", model._meta.pk.attname):
        read[change_set_id].append(key)
    keys = {}
    for change_set_id, found in read.items():
        distinct = list(dict.fromkeys(found))
        keys[change_set_id] = distinct[:ROWS_SHOWN]
        told[change_set_id].has_more |= len(distinct) > ROWS_SHOWN or len(found) >= ROWS_READ
    return keys
