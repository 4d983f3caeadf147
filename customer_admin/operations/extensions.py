"""Writing rows of a host's own models that stand beside a customer in the customer's form."""

from typing import Any

from customer_admin.errors import CustomerRefused
from customer_admin.models import ChangeSetKind, Customer, Tracked, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .accounts import locked_account
from .meanwhile import Meanwhile
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
    began: what others changed since then stays, unless the person changed the same. Raises PermissionRefused,
    CustomerRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_customer", customer=customer)
    model: Any = type(row)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        customer = locked_account(customer, CustomerRefused)  # So that two people can't both make the row.
        stored = model.objects.select_for_update().filter(customer=customer).first()
        row = stored or model(customer=customer)
        if stored is not None:
            meanwhile = Meanwhile(actor)
            fields = meanwhile.settle(stored, fields, Seen.of(seen))
            meanwhile.refuse()
        own = {field.name for field in model._meta.fields if not field.primary_key} - {"customer"}
        assign(row, fields, own)
        check(row, CustomerRefused)
        row.save()
    return row
