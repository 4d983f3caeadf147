"""Keeps what is taken back from ending at an account that was merged into another one meanwhile.

Signposts lead to the account that stays in one hop, and what comes back to one of them goes on to that account.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customer_admin.errors import RevertRefused
from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer, PortalLogin
from customer_admin.models.bulk import in_chunks
from customer_admin.selectors.merges import relations_to_customers
from customer_admin.selectors.merges.since import came_since

from ..logins import close_logins
from ..moved_rows import give_rows
from .plan import Plan
from .report import Action


def signposts_turned(plan: Plan) -> set[Any]:
    """The signposts that the plan, which is not written yet, turns elsewhere or makes accounts again."""
    found: set[Any] = set()
    for keys in in_chunks(sorted(_turned(plan)), Customer.objects.db):
        found.update(Customer.all_objects.filter(pk__in=keys, merged_into__isnull=False).values_list("pk", flat=True))
    return found


def follow_signposts(plan: Plan, were_signposts: set[Any]) -> None:
    """Lead what the plan has written to accounts that are there. Must run inside the recording that wrote it.

    Before, those whom `signposts_turned` found were signposts. Raises RevertRefused when two accounts would each be
    merged into the other.
    """
    turned = _turned(plan)
    for keys in in_chunks(sorted(turned), Customer.objects.db):
        _shorten(Customer.all_objects.filter(pk__in=keys))
        _shorten(Customer.all_objects.filter(merged_into__in=keys))
    _take_along_what_came(plan, turned - were_signposts)
    signposts = _signposts_since(plan, turned)
    for relation in relations_to_customers() if signposts else ():
        if relation.field.primary_key:
            continue  # Each customer has its own.
        name = relation.field.name
        own = {effect.key for effect in plan.untracked if effect.model is relation.model and effect.field == name}
        own |= {row.key for row in plan.rows_of(relation.model) if row.action == Action.CREATE or name in row.fields}
        for some in in_chunks(sorted(own), Customer.objects.db):
            for signpost in signposts:
                assert signpost.merged_into is not None
                give_rows(relation, relation.rows([signpost]).filter(pk__in=some), signpost.merged_into)


def _turned(plan: Plan) -> set[Any]:
    return {row.key for row in plan.rows_of(Customer) if row.action == Action.CREATE or "merged_into" in row.fields}


def _shorten(signposts: QuerySet[Customer]) -> None:
    """Point to where the account leads to which these point."""
    pairs = signposts.filter(merged_into__merged_into__isnull=False).values_list("pk", "merged_into__merged_into")
    for key, target in list(pairs):
        if key == target:
            told = _("These accounts were merged the other way round since. Take that merge back first.")
            raise RevertRefused(told, code="cycle")
        Customer.all_objects.filter(pk=key).update(merged_into=target)


def _take_along_what_came(plan: Plan, accounts: set[Any]) -> None:
    """What came to these accounts goes on from those that are signposts again."""
    again = Customer.all_objects.filter(pk__in=accounts, merged_into__isnull=False).select_related("merged_into")
    for account in again.order_by("pk"):
        assert account.merged_into is not None
        for relation in relations_to_customers():
            if relation.is_tracked and not relation.type_name and not relation.field.primary_key:
                give_rows(relation, came_since(relation, account, plan.change_set), account.merged_into)
                if relation.model is PortalLogin:  # The other account has one of its own.
                    close_logins(came_since(relation, account, plan.change_set))


def _signposts_since(plan: Plan, turned: set[Any]) -> list[Customer]:
    """The customers of this change set who were merged into others since, by the order of their keys."""
    touched = ChangeSetCustomer.objects.filter(change_set=plan.change_set)
    owners = {effect.before for effect in plan.untracked if effect.field != effect.model._meta.pk.name}
    named = Q(pk__in=touched.values("customer")) | Q(pk__in=[key for key in owners if isinstance(key, int)])
    found = Customer.all_objects.filter(named, merged_into__isnull=False).exclude(pk__in=turned)
    signposts = found.select_related("merged_into").order_by("pk")
    return [each for each in signposts if not _was_meant(each, plan.change_set)]


def _was_meant(customer: Customer, change_set: ChangeSet) -> bool:
    """Whether the account was a signpost before this change set, or by it alone: what comes back to it is to be there.

    Who takes back a single row of a merge leaves it with the account that went.
    """
    history = Customer.history.filter(id=customer.pk).order_by("-change_set__closed", "-history_id")
    before = history.filter(change_set__closed__lt=change_set.closed).values_list("merged_into_id", flat=True).first()
    turned = history.filter(history_changed__contains=" merged_into ").values_list("change_set_id", flat=True).first()
    return before is not None or turned == change_set.pk
