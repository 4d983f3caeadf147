"""Booking store credit, and countering what was booked."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customer_admin.errors import CreditRefused
from customer_admin.models import ChangeSetKind, CreditEntry, Customer, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.credit import CreditBalance, credit_of

from .accounts import locked_account
from .entries import add_counter_entry, entry_made_since, sign
from .refusals import check, cleaned

CREDIT_FIELDS = frozenset({"kind", "amount", "on_hold", "currency", "reason", "on"})

Kind = CreditEntry.Kind


def add_credit_entry(
    *,
    actor: AnyActor,
    customer: Customer,
    kind: str,
    amount: Decimal,
    currency: str,
    reason: str,
    on: datetime.date | None = None,
    newest_seen: int | None = None,
) -> CreditEntry:
    """An entry by `actor`. `amount` is above zero, and the kind says what it does; an adjustment's may be below.

    A deposit adds to the balance and a redemption takes from it; a hold moves from the balance to the on-hold balance,
    a release back, and a capture takes what is on hold. Neither goes below zero. `currency` has three letters; `on` is
    today by default. `newest_seen` is the key of the customer's newest entry when `actor` began, 0 for none: when
    `actor` made the same entry since then, that one is the answer. Raises PermissionRefused, CreditRefused.
    """
    actor = require(actor, "add_creditentry")
    entry = CreditEntry(customer=customer, reason=reason, on=on or timezone.localdate(), currency=_letters(currency))
    entry.kind = cleaned(CreditEntry._meta.get_field("kind"), kind, CreditRefused)
    value = cleaned(CreditEntry._meta.get_field("amount"), amount, CreditRefused)
    if value <= 0 and kind != Kind.ADJUSTMENT:
        raise CreditRefused(fields={"amount": _("Type an amount above zero: the kind says what is done with it.")})
    entry.amount, entry.on_hold = CreditEntry.signed(kind, value)
    sign(entry, actor)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        customer = locked_account(customer, CreditRefused)
        check(entry, CreditRefused)
        if twin := entry_made_since(newest_seen, entry, CREDIT_FIELDS):
            return twin
        _refuse_to_overdraw(customer, entry)
        entry.save()
    return entry


def counter_credit_entry(*, actor: AnyActor, entry: CreditEntry, reason: str) -> CreditEntry:
    """The counter-entry, which with `entry` makes nothing. What was countered already stays so, and that is answered.

    Countering a deposit that was spent leaves less than nothing, and the balance says so. Raises PermissionRefused,
    CreditRefused.
    """
    return add_counter_entry(
        actor=actor, entry=entry, reason=reason, permission="add_creditentry", refusal=CreditRefused
    )


def _letters(currency: str) -> str:
    return currency.strip().upper() if isinstance(currency, str) else currency


def _refuse_to_overdraw(customer: Customer, entry: CreditEntry) -> None:
    """The customer is locked, so two tills can't both spend the last of it."""
    nothing = CreditBalance(entry.currency, Decimal(0), Decimal(0))
    now = next((each for each in credit_of(customer) if each.currency == entry.currency), nothing)
    if entry.amount < 0 and now.balance + entry.amount < 0:
        left, told, none = now.balance, _("Only %(amount)s %(currency)s can be spent."), _("There is nothing to spend.")
    elif entry.on_hold < 0 and now.on_hold + entry.on_hold < 0:
        left, told, none = now.on_hold, _("Only %(amount)s %(currency)s are on hold."), _("There is nothing on hold.")
    else:
        return
    values = {"amount": number_format(left, 2, force_grouping=True), "currency": entry.currency}
    raise CreditRefused(fields={"amount": told % values if left > 0 else none}, code="not_enough")
