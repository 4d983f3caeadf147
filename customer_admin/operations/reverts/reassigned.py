"""What came to an account after others were merged into it goes, when that is taken back, to whom staff say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import RevertRefused
from customer_admin.models import ChangeSet
from customer_admin.models.bulk import in_chunks
from customer_admin.selectors.merges.since import accounts_of_merge, rows_since

from ..moved_rows import give_rows
from .follow_ups import choose_primaries

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
            for some in in_chunks(keys, rows.db):
                moved += give_rows(relation, relation.all_rows().filter(pk__in=some), owners[target])
    choose_primaries(each.pk for each in owners.values())
    return moved
