"""Keeps what the settings of a site require: a new customer has it, and an old one does not lose it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import CustomerRefused
from customer_admin.models import ActorKind, Address, Customer, CustomerAdminSettings
from customer_admin.models.actors import Actor
from customer_admin.models.requirable import ADDRESS_KINDS, REQUIRABLE
from customer_admin.selectors.required_fields import empty_fields, label_of


def required_of(actor: Actor, settings: CustomerAdminSettings) -> Sequence[str]:
    """The names of what `actor` must fill in; whatever is no customer obeys the rule for staff."""
    return settings.required_for_customers if actor.kind == ActorKind.CUSTOMER else settings.required_for_staff


def empty_of(customer: Customer, addresses: Mapping[int, Address]) -> list[str]:
    """Everything that could be required and is empty."""
    return empty_fields(customer, {address.kind for address in addresses.values()}, dict(REQUIRABLE))


def kinds_of(rows: Sequence[Mapping[str, Any] | None], existing: Mapping[int, Address]) -> set[str]:
    """The kinds of the addresses that `rows` stand for, where `existing` are those that there are."""
    there = {key: address.kind for key, address in existing.items()}
    given = (row.get("kind", there.get(row.get("id") or 0, Address.Kind.BILLING)) for row in rows if row is not None)
    return {str(kind) for kind in given}


def check_required(
    customer: Customer, kinds: Collection[str], required: Sequence[str], *, empty_before: Collection[str] = ()
) -> None:
    """Raise CustomerRefused with each required field that is empty now and was not before.

    What addresses lack stands under "addresses", which is the set of them.
    """
    fields: dict[str, list[str]] = {}
    for name in empty_fields(customer, kinds, required):
        if name not in empty_before:
            place = "addresses" if name in ADDRESS_KINDS else name
            fields.setdefault(place, []).append(
                _("%(field)s is required. Please fill it in.") % {"field": label_of(name)}
            )
    if fields:
        raise CustomerRefused(fields=fields, code="required")
