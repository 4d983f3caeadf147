"""What came to an account after others were merged into it goes, when that is taken back, to whom staff say."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customer_admin.errors import RevertRefused
from customer_admin.models import ChangeSet, Customer
from customer_admin.models.history_writer import in_chunks
from customer_admin.models.unique_rules import rules_of
from customer_admin.selectors.merges import CustomerRelation
from customer_admin.selectors.merges.since import accounts_of_merge, rows_since

Reassign = Mapping[str, Any] | None
"""The key of the account that gets a row, by the row ("customer_admin.order:12"), a model's label, or "*" for all."""


def reassign(change_set: ChangeSet, wanted: Reassign) -> int:
    """Give rows that came after the merge to the accounts that `wanted` says; answers how many. The others stay.

    Must run inside a recording, once the merge is taken back. Raises RevertRefused for an account of no part in it.
    """
    accounts = accounts_of_merge(change_set)
    if not wanted or accounts is None:
        return 0
    owners = {str(each.pk): each for each in (accounts.survivor, *accounts.gone)}
    if unknown := {str(key) for key in wanted.values()} - set(owners):
        told = _("Account no. %(key)s was no part of this merge. Choose one of those that were.")
        raise RevertRefused(told % {"key": sorted(unknown)[0]}, code="account")
    moved = 0
    for relation, rows in rows_since(change_set):
        label = relation.model._meta.label_lower
        targets: dict[str, list[Any]] = {}
        for key in rows.values_list("pk", flat=True):
            names = (f"{label}:{key}", label, "*")
            target = next((str(wanted[name]) for name in names if name in wanted), str(accounts.survivor.pk))
            if target != str(accounts.survivor.pk):
                targets.setdefault(target, []).append(key)
        for target, keys in targets.items():
            moved += sum(_give(relation, chunk, owners[target]) for chunk in in_chunks(keys, rows.db))
    return moved


def _give(relation: CustomerRelation, keys: list[Any], owner: Customer) -> int:
    rows: QuerySet = relation.model._base_manager.filter(pk__in=keys)
    for rule in rules_of(relation.model):
        if rule.flag and relation.field.name in rule.fields:  # The account's own comes back.
            rows.filter(**{rule.flag: True}).update(**{rule.flag: False})
    return rows.update(**{relation.field.attname: relation.value(owner)})
