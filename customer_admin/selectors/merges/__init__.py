"""What a merge would do: the values that stay, the rows that move, and what stands against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import MergeRefused, Obstacle
from customer_admin.models import Customer, PortalLogin

from .clashes import LEAVE, RelationPlan, relation_plan
from .fields import FieldState, FieldValue, MergedField, merged_fields
from .obstacles import obstacles_to_merge
from .relations import CustomerRelation, relations_to_customers
from .rules import MergeRule, register_merge_rule, rule_of

__all__ = [
    "LEAVE",
    "CustomerRelation",
    "FieldState",
    "FieldValue",
    "MergePreview",
    "MergeRule",
    "MergedField",
    "RelationPlan",
    "known_choices",
    "merge_preview",
    "register_merge_rule",
    "relations_to_customers",
    "rule_of",
]

MOST_TO_MERGE = 10
"""So many accounts at most become one with another at once."""

MANY_ROWS = 20_000
"""A merge that moves so many rows takes so long that nobody should wait for it."""

LOGINS = f"{PortalLogin._meta.label_lower}.customer"


@dataclass(frozen=True)
class MergePreview:
    """`survivor` is the account that stays, `duplicates` those that go.

    `fields` has every field with a choice, `relations` every kind of row that the accounts have which go. While there
    are `obstacles` the merge is refused.
    """

    survivor: Customer
    duplicates: tuple[Customer, ...]
    fields: tuple[MergedField, ...]
    relations: tuple[RelationPlan, ...]
    logins: tuple[PortalLogin, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def accounts(self) -> tuple[Customer, ...]:
        return (self.survivor, *self.duplicates)

    @property
    def conflicts(self) -> tuple[MergedField, ...]:
        return tuple(field for field in self.fields if field.state == FieldState.CONFLICT)

    @property
    def moving(self) -> int:
        """How many rows go to the account that stays."""
        return sum(relation.moving for relation in self.relations)

    @property
    def takes_long(self) -> bool:
        return self.moving >= MANY_ROWS

    @property
    def login(self) -> PortalLogin | None:
        """The login that stays, with which the customer signs in afterwards."""
        by_owner = {login.customer_id: login for login in self.logins}
        plan = next((plan for plan in self.relations if plan.name == LOGINS), None)
        own = by_owner.get(self.survivor.pk)
        if plan is None or not plan.moves:
            return own
        gone = {*plan.staying, *plan.given}
        return next((login for login in self.logins if login.pk not in gone), None)

    @cached_property
    def fingerprint(self) -> str:
        """A text that changes when what a person decides by does. Choices do not change it."""
        facts = [f"{account.pk}" for account in self.accounts]
        facts += [f"{field.name}: {[value.text for value in field.values]}" for field in self.fields]
        facts += [f"{plan.name} {plan.alike}" for plan in self.relations]
        facts += [f"{login.pk} {login.username} {login.is_enabled}" for login in self.logins]
        return sha256("\n".join(facts).encode()).hexdigest()


def merge_preview(
    survivor: Customer, duplicates: Iterable[Customer], choices: Mapping[str, Any] | None = None
) -> MergePreview:
    """What merging `duplicates` into `survivor` would do, asked in as many questions for many rows as for few.

    `choices` maps the name of a field to the key of the account whose value stays, and the name of a relation, such as
    "customer_admin.order.customer", to "leave" or to the key of the account whose rows count first where only one can
    stay. Raises MergeRefused for accounts that are gone, the same, too many, or merged into another one.
    """
    first, *others = accounts_to_merge(survivor, duplicates)
    if not others:
        raise MergeRefused(_("These accounts are merged already."), code="done")
    chosen = choices or {}
    plans = (
        relation_plan(relation, first, others, chosen)
        for relation in relations_to_customers()
        if rule_of(relation.model).moves
    )
    logins = PortalLogin.objects.filter(customer__in=[first, *others]).select_related("user")
    place = {each.pk: rank for rank, each in enumerate((first, *others))}
    return MergePreview(
        survivor=first,
        duplicates=tuple(others),
        fields=merged_fields((first, *others), chosen),
        relations=tuple(plan for plan in plans if plan.count),
        logins=tuple(sorted(logins, key=lambda login: place[login.customer_id])),
        obstacles=tuple(obstacles_to_merge(first, others)),
    )


def known_choices(preview: MergePreview, choices: Mapping[str, Any] | None) -> dict[str, str]:
    """Those of `choices` that can say something about these accounts, as texts to keep until they are merged."""
    names = {field.name for field in preview.fields} | {relation.name for relation in relations_to_customers()}
    values = {LEAVE, *(str(account.pk) for account in preview.accounts)}
    texts = {name: str(value) for name, value in (choices or {}).items() if name in names}
    return {name: value for name, value in texts.items() if value in values}


def accounts_to_merge(survivor: Customer, duplicates: Iterable[Customer]) -> list[Customer]:
    """The accounts as they are now, the one that stays first.

    Those that were merged into it before are left out. Raises MergeRefused when they can never be merged.
    """
    keys = list(dict.fromkeys(each.pk for each in duplicates))
    if survivor.pk in keys:
        raise MergeRefused(_("An account can't be merged into itself. Choose another one."), code="same")
    if not keys:
        raise MergeRefused(_("Choose at least one account that goes."), code="none")
    if len(keys) > MOST_TO_MERGE:
        told = _("At most %(most)d accounts can be merged into one at once. Merge the others afterwards.")
        raise MergeRefused(told % {"most": MOST_TO_MERGE}, code="too_many")
    rows = Customer.all_objects.select_related("customer_class", "site", "tax_exempt_document")
    found = rows.in_bulk([survivor.pk, *keys])
    return list(_checked([survivor.pk, *keys], found))


def _checked(keys: Sequence[Any], found: Mapping[Any, Customer]) -> Iterator[Customer]:
    for key in keys:
        account = found.get(key)
        if account is None:
            raise MergeRefused(_("One of these accounts was deleted meanwhile. Choose anew."), code="gone")
        if account.merged_into_id is None:
            yield account
        elif key == keys[0] or account.merged_into_id != keys[0]:
            told = _("%(customer)s was merged into another account. Choose that one instead.")
            raise MergeRefused(told % {"customer": account}, code="merged")
