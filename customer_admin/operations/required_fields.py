"""Keeps what the settings of a site require: a new customer has it, and an old one does not lose it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import CustomerRefused
from customer_admin.models import ActorKind, Address, Customer, CustomerAdminSettings
from customer_admin.models.actors import Actor
from customer_admin.models.requirable import ADDRESS_KINDS, REQUIRABLE
from customer_admin.selectors.required_fields import empty_fields, label_of
from customer_admin.selectors.site_settings import settings_of


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


def check_required(customer: Customer, kinds: Collection[str], required: Sequence[str]) -> None:
    """Raise CustomerRefused with each required field that is empty. `kinds` are those of the customer's addresses."""
    _refuse(empty_fields(customer, kinds, required))


def check_emptied(actor: Actor, customer: Customer, kinds: Collection[str], *, empty_before: Collection[str]) -> None:
    """Raise CustomerRefused with each field that is required of `actor`, is empty now and was not before."""
    emptied = [name for name in empty_fields(customer, kinds, dict(REQUIRABLE)) if name not in empty_before]
    if emptied:  # Most edits empty nothing, and what is required need not be read for them.
        required = required_of(actor, settings_of(customer.site))
        _refuse([name for name in emptied if name in required])


def _refuse(names: Iterable[str]) -> None:
    """What addresses lack stands under "addresses", which is the set of them."""
    fields: dict[str, list[str]] = {}
    for name in names:
        place = "addresses" if name in ADDRESS_KINDS else name
        fields.setdefault(place, []).append(_("%(field)s is required. Please fill it in.") % {"field": label_of(name)})
    if fields:
        raise CustomerRefused(fields=fields, code="required")
