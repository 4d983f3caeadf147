"""What a form makes that is sent twice, by a double click or with the Back button, is made once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.auth import get_user_model

from customer_admin.models import Address, Customer, Tracked
from customer_admin.models.actors import Actor
from customer_admin.selectors.history import is_same

from .addresses_meanwhile import is_same_address

Row = TypeVar("Row", bound=Tracked)


def twin_of(row: Row, others: Iterable[Row], names: Iterable[str]) -> Row | None:
    """The first of `others` that is the same as `row` in each of these fields."""
    return next(twins_of(row, others, names), None)


def twins_of(row: Row, others: Iterable[Row], names: Iterable[str]) -> Iterator[Row]:
    columns: list[Any] = [row._meta.get_field(name) for name in names]
    for other in others:
        if all(is_same(each, getattr(row, each.attname), getattr(other, each.attname)) for each in columns):
            yield other


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
    others = Customer.objects.filter(pk__in=list(made.values_list("id", flat=True))).order_by("pk")
    return next((twin for twin in twins_of(customer, others, names) if _has_these(twin, addresses)), None)


def _has_these(customer: Customer, addresses: Sequence[Mapping[str, Any]]) -> bool:
    there = list(Address.objects.filter(customer=customer))
    return len(there) == len(addresses) and all(
        any(is_same_address(fields, address) for address in there) for fields in addresses
    )
