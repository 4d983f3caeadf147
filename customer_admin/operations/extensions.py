"""Writing rows of a host's own models that stand beside a customer in the customer's form."""

from typing import Any

from customer_admin.errors import CustomerRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, Tracked, recording
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.permissions import may, require
from customer_admin.selectors.history import Seen, changes_beside

from .accounts import locked_account
from .meanwhile import Meanwhile, is_left_alone
from .refusals import assign, check


def save_extension(
    *,
    actor: AnyActor,
    row: Tracked,
    customer: Customer,
    reason: str = "",
    seen: Seen | str | None = None,
    **fields: Any,
) -> Tracked:
    """The `row` with the given fields, made anew for `customer` if nobody has saved it yet.

    `row` is of a host's tracked model with a field `customer`. `seen` is the `version_of` the row when the person
    began, or the `version_of_absence` when there was none: what others changed, made or deleted since then stays,
    unless the person changed the same, and where the person left all alone no row is made. Whoever makes the customer
    in the same change set needs the permission for that, and everybody else the one to change customers. Raises
    PermissionRefused, CustomerRefused, ChangedMeanwhile.
    """
    actor = Actor.of(actor)
    model: Any = type(row)
    own = {field.name for field in model._meta.fields if not field.primary_key} - {"customer"}
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason) as current:
        if not (may(actor, "add_customer") and _is_new(customer, current.change_set)):
            require(actor, "change_customer", customer=customer)
        customer = locked_account(customer, CustomerRefused)  # So that two people can't both make the row.
        row = model.objects.select_for_update().filter(customer=customer).first() or model(customer=customer)
        seen = Seen.of(seen)
        if seen is not None:
            fields = _settle(row, customer, fields, seen, Meanwhile(actor))
            if not fields:
                return row
        assign(row, fields, own)
        check(row, CustomerRefused)
        row.save()
    return row


def _is_new(customer: Customer, change_set: ChangeSet | None) -> bool:
    """Whether this change set made the customer."""
    made = Customer.history.filter(id=customer.pk, change_set=change_set, history_type="+")
    return change_set is not None and made.exists()


def _settle(
    row: Tracked, customer: Customer, fields: dict[str, Any], seen: Seen, meanwhile: Meanwhile
) -> dict[str, Any]:
    """Those of `fields` that are to be written. Raises ChangedMeanwhile."""
    since = seen.since = changes_beside(type(row), customer, seen.version)
    if not row._state.adding:
        fields = meanwhile.settle(row, fields, seen)
    elif since.is_gone and not since.was_absent:
        meanwhile.settle_gone(row, fields, seen)
    meanwhile.refuse()
    return {} if row._state.adding and is_left_alone(type(row), fields, since) else fields
