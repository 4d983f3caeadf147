"""The addresses of a customer are written as one set, so that exactly one of each kind is primary."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import CustomerRefused
from customer_admin.models import Address, Customer

from .refusals import assign, check

ADDRESS_FIELDS = frozenset(
    {
        "kind", "is_primary", "first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code",
        "country", "phone",
    }
)  # fmt: skip


def addresses_of(customer: Customer) -> dict[int, Address]:
    """The addresses there are, by their keys."""
    return {address.pk: address for address in Address.objects.filter(customer=customer)}


def replace_addresses(
    customer: Customer, rows: Sequence[Mapping[str, Any] | None], existing: dict[int, Address] | None = None
) -> None:
    """Make `rows` the customer's addresses. Must run inside a recording, with the customer locked.

    None stands for a row that is there no longer, so that the others keep their positions. `existing` are the
    addresses there are, if the caller has read them. Raises CustomerRefused with fields named
    "addresses.<position>.<field>".
    """
    existing = addresses_of(customer) if existing is None else existing
    before = {pk: (address.kind, address.is_primary) for pk, address in existing.items()}
    stored = {pk: _values(address) for pk, address in existing.items()}
    wanted = [_address_from(customer, row, existing, position) for position, row in enumerate(rows) if row is not None]
    choose_primaries(wanted, before)

    kept = {address.pk for address in wanted if address.pk}
    gone = set(existing) - kept
    if gone:
        Address.objects.filter(pk__in=gone).delete()
    # Whoever stops being the primary of a kind steps down first, so that no order of saving trips the rule.
    demoted = [a.pk for a in wanted if a.pk and before[a.pk][1] and (a.kind, a.is_primary) != before[a.pk]]
    if demoted:
        Address.objects.filter(pk__in=demoted).update(is_primary=False)
    for address in wanted:
        if address.pk is None or _values(address) != stored[address.pk]:
            address.save()


def choose_primaries(addresses: Sequence[Address], before: Mapping[int, tuple[str, bool]]) -> None:
    """Leave exactly one primary of each kind: the newly chosen one, else the one there was, else the first.

    `before` maps a key to the (kind, is_primary) that are stored.
    """
    for kind in Address.Kind.values:
        group = [address for address in addresses if address.kind == kind]
        if not group:
            continue
        chosen = [address for address in group if address.is_primary]
        newly = [address for address in chosen if before.get(address.pk) != (kind, True)]
        former = [address for address in group if before.get(address.pk) == (kind, True)]
        primary = (newly or chosen or former or group)[-1 if newly else 0]
        for address in group:
            address.is_primary = address is primary


def _values(address: Address) -> dict[str, Any]:
    return {name: getattr(address, name) for name in ADDRESS_FIELDS}


def _address_from(customer: Customer, row: Mapping[str, Any], existing: dict[int, Address], position: int) -> Address:
    fields = dict(row)
    key = fields.pop("id", None)
    address = existing.get(key) if key else Address(customer=customer)
    if address is None:
        raise CustomerRefused(
            fields={f"addresses.{position}.id": _("This address was removed meanwhile. Add it again if it is needed.")}
        )
    assign(address, fields, ADDRESS_FIELDS)
    if fields or not key:
        # Which one is primary is settled for the whole set, so the rule between rows is not asked here.
        prefix = f"addresses.{position}."
        check(address, CustomerRefused, exclude=["customer"], validate_constraints=False, prefix=prefix)
    return address
