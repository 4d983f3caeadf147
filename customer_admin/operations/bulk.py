"""Changing many customers at once: one change set, and a few statements however many they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from customer_admin.errors import CustomerRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, CustomerClass, recording
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.permissions import require

from .customers import class_is_gone


@dataclass(frozen=True)
class BulkChange:
    """How many rows were changed or deleted, how many were as wanted already, and how many were gone or merged by then.

    `change_set` is None when nothing was changed.
    """

    change_set: ChangeSet | None
    changed: int
    unchanged: int = 0
    gone: int = 0


def change_class_of(
    *, actor: AnyActor, customers: Iterable[Any], customer_class: CustomerClass | None, reason: str = ""
) -> BulkChange:
    """Give customers, or those with the given keys, another class, or none. Raises PermissionRefused, CustomerRefused.

    The class must be active.
    """
    require(actor, "change_customer")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason) as current:
        if customer_class is not None:
            customer_class = _active(customer_class)
        counts = _set(customers, {"customer_class_id": customer_class and customer_class.pk})
        return BulkChange(current.change_set if counts["changed"] else None, **counts)


def set_preferences(
    *,
    actor: AnyActor,
    customers: Iterable[Any],
    notify_account: bool | None = None,
    notify_marketing: bool | None = None,
    reason: str = "",
) -> BulkChange:
    """Switch e-mail preferences of customers, or of those with the given keys, on or off; None leaves one as it is.

    Raises PermissionRefused, and CustomerRefused when nothing is to be switched.
    """
    require(actor, "change_customer")
    wanted = {"notify_account": notify_account, "notify_marketing": notify_marketing}
    values = {name: value for name, value in wanted.items() if value is not None}
    if not values:
        raise CustomerRefused(_("Say which preference to switch on or off."), code="nothing")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason) as current:
        counts = _set(customers, values)
        return BulkChange(current.change_set if counts["changed"] else None, **counts)


def _set(customers: Iterable[Any], values: Mapping[str, Any]) -> dict[str, int]:
    """Write the values to those living customers that have others; the counts of a `BulkChange`."""
    keys = keys_of(customers)
    columns, wanted = list(values), tuple(values.values())
    changed = found = 0
    for chunk in locked_in_chunks(keys, Customer.objects.values_list("pk", *columns)):
        others = [key for key, *present in chunk if tuple(present) != wanted]
        changed += Customer.objects.filter(pk__in=others).update(**values) if others else 0
        found += len(chunk)
    return {"changed": changed, "unchanged": found - changed, "gone": len(keys) - found}


def locked_in_chunks(keys: list[Any], rows: Any) -> Iterator[list[Any]]:
    """The rows with these keys as they are now, some at a time, and nobody else changes them before the commit."""
    for chunk in in_chunks(keys, rows.db):
        yield list(rows.filter(pk__in=chunk).select_for_update().order_by("pk"))


def keys_of(rows: Iterable[Any]) -> list[Any]:
    """The key of each of `rows`, which may be keys themselves, once and in the order in which everybody locks."""
    return sorted({row.pk if isinstance(row, Model) else row for row in rows})


def _active(customer_class: CustomerClass) -> CustomerClass:
    # Not locked against those who only point to it: they need not wait for so many customers.
    found = CustomerClass.objects.select_for_update(no_key=True).filter(pk=customer_class.pk).first()
    if found is None:
        raise class_is_gone()
    if not found.is_active:
        raise CustomerRefused(fields={"customer_class": _("This class is no longer active. Choose another one.")})
    return found
