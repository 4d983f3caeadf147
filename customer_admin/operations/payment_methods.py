"""Saved payment methods: adding, changing and removing what a processor keeps for a customer."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customer_admin.errors import DeleteRefused, PaymentMethodRefused
from customer_admin.models import ChangeSet, ChangeSetKind, ClubMembership, Customer, SavedPaymentMethod, recording
from customer_admin.models.account_numbers import validate_no_account_number
from customer_admin.models.actors import AnyActor
from customer_admin.models.payment_methods import end_of_month
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .accounts import locked_account, locked_row
from .meanwhile import Meanwhile
from .refusals import assign, check
from .sent_twice import twin_of

FACTS = frozenset({"kind", "processor", "token", "brand", "last_four"})
"""What the processor says of a method, once: another card is another method."""
CHANGEABLE = frozenset({"label", "holder", "expires_on", "billing_address"})
METHOD_FIELDS = FACTS | CHANGEABLE


def add_payment_method(*, actor: AnyActor, customer: Customer, reason: str = "", **fields: Any) -> SavedPaymentMethod:
    """A payment method by the token of its processor; `fields` are those of `METHOD_FIELDS`.

    The same one that is there already is the answer when it is added again. Raises PermissionRefused, and
    PaymentMethodRefused also for the full number of a card or an account in any text.
    """
    actor = require(actor, "add_savedpaymentmethod")
    _refuse_numbers_in(reason)
    method = SavedPaymentMethod(customer=customer)
    assign(method, _stripped(fields), METHOD_FIELDS)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        locked_account(customer, PaymentMethodRefused)
        if twin := twin_of(method, SavedPaymentMethod.objects.filter(customer=customer), METHOD_FIELDS):
            return twin
        check(method, PaymentMethodRefused, validate_constraints=False)
        _refuse_taken_token(method)
        method.save()
    return method


def update_payment_method(
    *,
    actor: AnyActor,
    method: SavedPaymentMethod,
    reason: str = "",
    seen: Seen | str | None = None,
    pays_for: Iterable[ClubMembership] = (),
    pays_no_longer_for: Iterable[ClubMembership] = (),
    **fields: Any,
) -> SavedPaymentMethod:
    """The method with another label, holder, expiry or billing address; what the processor said of it stays.

    `pays_for` and `pays_no_longer_for` are memberships of the customer for which that begins and ends; others stay.
    `seen` is the `version_of` the method when the person began: what others changed since then stays, unless the person
    changed the same. Raises PermissionRefused, PaymentMethodRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_savedpaymentmethod")
    _refuse_numbers_in(reason)
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        method = _locked(method)
        fields = meanwhile.settle(method, _stripped(fields), Seen.of(seen))
        meanwhile.refuse()
        assign(method, fields, CHANGEABLE)
        check(method, PaymentMethodRefused)
        method.save()
        _pay_for(actor, method, {each.pk for each in pays_for}, {each.pk for each in pays_no_longer_for})
    return method


def delete_payment_method(*, actor: AnyActor, method: SavedPaymentMethod, reason: str = "") -> ChangeSet | None:
    """Remove a payment method here; with its processor nothing changes. Answers the change set.

    A second call does nothing. Raises PermissionRefused, and DeleteRefused with everything that stands against it.
    """
    actor = require(actor, "delete_savedpaymentmethod")
    _refuse_numbers_in(reason)
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        found = locked_row(SavedPaymentMethod.objects.all(), method, DeleteRefused, or_merged=True)
        if found is not None:
            if obstacles := obstacles_to_delete_payment_method(found):
                raise DeleteRefused(" ".join(obstacles))
            found.delete()
    return current.change_set


def obstacles_to_delete_payment_method(method: SavedPaymentMethod) -> list[str]:
    """What stands against deleting `method`, a sentence each that says what to do."""
    paid = ClubMembership.objects.current().filter(payment_method=method).order_by("club__name")
    told = _("The membership of %(club)s is paid with it. Choose another payment method for that first.")
    return [told % {"club": name} for name in paid.values_list("club__name", flat=True)]


def _pay_for(actor: AnyActor, method: SavedPaymentMethod, wanted: set[int], unwanted: set[int]) -> None:
    """Let `method` pay for some memberships and no longer for others; what another one pays for changes over."""
    if not wanted | unwanted:
        return
    current = ClubMembership.objects.current().filter(customer=method.customer_id)
    paid = dict(current.select_for_update().order_by("pk").values_list("pk", "payment_method_id"))
    begun = [key for key in sorted(wanted & paid.keys()) if paid[key] != method.pk]
    ended = [key for key, other in paid.items() if other == method.pk and key in unwanted]
    if begun or ended:
        require(actor, "change_clubmembership")
        ClubMembership.objects.filter(pk__in=begun).update(payment_method=method)
        ClubMembership.objects.filter(pk__in=ended).update(payment_method=None)


def _refuse_taken_token(method: SavedPaymentMethod) -> None:
    others = SavedPaymentMethod.objects.filter(customer=method.customer_id, processor=method.processor)
    if taken := others.filter(token=method.token).first():
        message = _("This customer has a payment method with this token already: %(name)s.") % {"name": taken}
        raise PaymentMethodRefused(fields={"token": message}, code="exists")


def _locked(method: SavedPaymentMethod) -> SavedPaymentMethod:
    found = locked_row(SavedPaymentMethod.objects.all(), method, PaymentMethodRefused)
    if found is None:
        raise PaymentMethodRefused(_("This payment method was deleted meanwhile."), code="gone")
    return found


def _stripped(fields: dict[str, Any]) -> dict[str, Any]:
    """As they are stored: texts without space around them, the expiry as the last day of its month."""
    values: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in fields.items()
    }
    if isinstance(values.get("expires_on"), datetime.date):
        values["expires_on"] = end_of_month(values["expires_on"])
    return values


def _refuse_numbers_in(reason: str) -> None:
    try:
        validate_no_account_number(reason)
    except ValidationError as error:
        raise PaymentMethodRefused(fields={"reason": error.messages}) from error
