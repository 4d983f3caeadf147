"""Writing what customers are given for their loyalty, and countering it."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.errors import LoyaltyRefused
from customer_admin.models import ChangeSetKind, Customer, LoyaltyEntry, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.loyalty import loyalty_of

from .accounts import locked_account
from .entries import add_counter_entry, entry_made_since, sign
from .refusals import check

LOYALTY_FIELDS = frozenset({"kind", "quantity", "product_or_cause", "note", "reason", "on"})

Kind = LoyaltyEntry.Kind


def add_loyalty_entry(
    *,
    actor: AnyActor,
    customer: Customer,
    kind: str,
    quantity: int,
    reason: str,
    product_or_cause: str = "",
    note: str = "",
    on: datetime.date | None = None,
    newest_seen: int | None = None,
) -> LoyaltyEntry:
    """An entry by `actor`: tastings and points below zero are used and spent, and never more than are left.

    `on` is today by default. `newest_seen` is the key of the customer's newest entry when `actor` began, 0 for none:
    when `actor` made the same entry since then, that one is the answer. Raises PermissionRefused, LoyaltyRefused.
    """
    actor = require(actor, "add_loyaltyentry")
    values: dict[str, Any] = {
        "kind": kind, "quantity": quantity, "product_or_cause": product_or_cause, "note": note, "reason": reason,
        "on": on or timezone.localdate(),
    }  # fmt: skip
    entry = sign(LoyaltyEntry(customer=customer, **values), actor)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        customer = locked_account(customer, LoyaltyRefused)
        check(entry, LoyaltyRefused)
        if twin := entry_made_since(newest_seen, entry, LOYALTY_FIELDS):
            return twin
        if entry.quantity < 0:
            _refuse_more_than_is_left(customer, entry)
        entry.save()
    return entry


def counter_loyalty_entry(*, actor: AnyActor, entry: LoyaltyEntry, reason: str) -> LoyaltyEntry:
    """The counter-entry, which with `entry` makes nothing. What was countered already stays so, and that is answered.

    Countering a grant that was used leaves less than nothing, and says so in the sums. Raises PermissionRefused,
    LoyaltyRefused.
    """
    return add_counter_entry(
        actor=actor, entry=entry, reason=reason, permission="add_loyaltyentry", refusal=LoyaltyRefused
    )


def _refuse_more_than_is_left(customer: Customer, entry: LoyaltyEntry) -> None:
    """The customer is locked, so two clerks can't both use the last one."""
    loyalty = loyalty_of(customer)
    left = loyalty.points if entry.kind == Kind.POINTS else loyalty.tastings_left
    if left + entry.quantity >= 0:
        return
    if left <= 0:
        told = _("There are no points left.") if entry.kind == Kind.POINTS else _("No free tasting is left.")
    elif entry.kind == Kind.POINTS:
        told = ngettext("Only %(count)d point is left.", "Only %(count)d points are left.", left)
    else:
        told = ngettext("Only %(count)d free tasting is left.", "Only %(count)d free tastings are left.", left)
    raise LoyaltyRefused(fields={"quantity": told % {"count": left}}, code="not_enough")
