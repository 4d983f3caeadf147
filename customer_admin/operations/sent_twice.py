"""A form for a new customer that is sent twice, by a double click or with the Back button, makes one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model

from customer_admin.models import Address, Customer
from customer_admin.models.actors import Actor
from customer_admin.selectors.history import is_same

from .addresses_meanwhile import is_same_address
from .differences import columns_of


def made_since(
    newest_seen: int | None,
    actor: Actor,
    customer: Customer,
    names: Iterable[str],
    addresses: Sequence[Mapping[str, Any]],
) -> Customer | None:
    """The customer with the same values and addresses whom `actor` made after `newest_seen`, if there is one.

    It waits for whatever else the same person is making just now.
    """
    if newest_seen is None or actor.user_id is None:
        return None
    people = get_user_model()._base_manager.filter(pk=actor.user_id)
    list(people.select_for_update(no_key=True).values_list("pk"))
    made = Customer.history.filter(history_type="+", id__gt=newest_seen, change_set__actor=actor.user_id)
    columns = {name: column for name, column in columns_of(Customer).items() if name in set(names)}
    for other in Customer.objects.filter(pk__in=list(made.values_list("id", flat=True))).order_by("pk"):
        is_twin = all(
            is_same(column, getattr(customer, name), getattr(other, name)) for name, column in columns.items()
        )
        if is_twin and _has_these(other, addresses):
            return other
    return None


def _has_these(customer: Customer, addresses: Sequence[Mapping[str, Any]]) -> bool:
    there = list(Address.objects.filter(customer=customer))
    return len(there) == len(addresses) and all(
        any(is_same_address(fields, address) for address in there) for fields in addresses
    )
