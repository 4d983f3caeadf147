"""Joining a club, and what becomes of the membership."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.errors import MembershipRefused
from customer_admin.models import ChangeSetKind, Club, ClubMembership, Customer, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .accounts import locked_account, locked_row
from .meanwhile import Meanwhile
from .refusals import assign, check, cleaned

MEMBERSHIP_FIELDS = frozenset({"tier", "since", "delivery_method", "payment_method"})

Status = ClubMembership.Status


def join_club(*, actor: AnyActor, customer: Customer, club: Club, reason: str = "", **fields: Any) -> ClubMembership:
    """The new membership, from today on by default. `fields` are those of `MEMBERSHIP_FIELDS`.

    Raises PermissionRefused, and MembershipRefused for a club that takes no new members, a tier that it does not have,
    and a customer who is a member already, on hold or not.
    """
    require(actor, "add_clubmembership")
    membership = ClubMembership()
    assign(membership, fields, MEMBERSHIP_FIELDS)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        membership.customer = locked_account(customer, MembershipRefused)
        found = Club.objects.select_for_update().filter(pk=club.pk).first()  # Nobody deletes it meanwhile.
        if found is None:
            raise MembershipRefused(fields={"club": _("This club was deleted meanwhile. Choose another one.")})
        membership.club = found
        if not found.is_active:
            raise MembershipRefused(fields={"club": _("This club takes no new members. Choose another one.")})
        if ClubMembership.objects.current().filter(customer=customer.pk, club=found).exists():
            told = _("The customer is a member of %(club)s already. Edit or resume that membership.")
            raise MembershipRefused(fields={"club": told % {"club": found}}, code="already")
        _check_tier(membership)
        check(membership, MembershipRefused)
        membership.save()
    return membership


def update_membership(
    *,
    actor: AnyActor,
    membership: ClubMembership,
    reason: str = "",
    seen: Seen | str | None = None,
    **fields: Any,
) -> ClubMembership:
    """The membership with the given fields changed; `fields` are those of `MEMBERSHIP_FIELDS`.

    `seen` is the `version_of` the membership when the person began: what others changed since then stays, unless the
    person changed the same, which raises ChangedMeanwhile. Raises PermissionRefused, MembershipRefused.
    """
    actor = require(actor, "change_clubmembership")
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        membership = _locked(membership)
        fields = meanwhile.settle(membership, fields, Seen.of(seen))
        meanwhile.refuse()
        former = membership.tier
        assign(membership, fields, MEMBERSHIP_FIELDS)
        if membership.tier != former:
            _check_tier(membership)
        check(membership, MembershipRefused)
        membership.save()
    return membership


def hold_membership(
    *, actor: AnyActor, membership: ClubMembership, until: datetime.date | None = None, reason: str = ""
) -> ClubMembership:
    """The membership on hold through the day `until`, or until somebody resumes it.

    After that day it counts again by itself. Raises PermissionRefused, MembershipRefused.
    """
    require(actor, "change_clubmembership")
    until = cleaned(ClubMembership._meta.get_field("on_hold_until"), until, MembershipRefused)
    if until is not None and until < timezone.localdate():
        raise MembershipRefused(fields={"on_hold_until": _("This day is past. Choose today or a later one.")})
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        membership = _locked(membership)
        _refuse_when_cancelled(membership)
        membership.status, membership.on_hold_until = Status.ON_HOLD, until
        check(membership, MembershipRefused)
        membership.save()
    return membership


def resume_membership(*, actor: AnyActor, membership: ClubMembership, reason: str = "") -> ClubMembership:
    """The membership, which counts from now on. Raises PermissionRefused, MembershipRefused."""
    require(actor, "change_clubmembership")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        membership = _locked(membership)
        _refuse_when_cancelled(membership)
        membership.status, membership.on_hold_until = Status.ACTIVE, None
        membership.save()
    return membership


def cancel_membership(*, actor: AnyActor, membership: ClubMembership, reason: str) -> ClubMembership:
    """The membership, which ended today, with why; one that was cancelled before stays as it is.

    Raises PermissionRefused, MembershipRefused.
    """
    require(actor, "change_clubmembership")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        membership = _locked(membership)
        if membership.status != Status.CANCELLED:
            membership.status, membership.on_hold_until = Status.CANCELLED, None
            membership.cancelled_on, membership.cancel_reason = timezone.localdate(), reason
            check(membership, MembershipRefused)
            membership.save()
    return membership


def _locked(membership: ClubMembership) -> ClubMembership:
    found = locked_row(ClubMembership.objects.select_related("club"), membership, MembershipRefused)
    if found is None:
        raise MembershipRefused(_("This membership is gone, with its customer."), code="gone")
    return found


def _refuse_when_cancelled(membership: ClubMembership) -> None:
    if membership.status == Status.CANCELLED:
        told = _("This membership was cancelled. The customer can join %(club)s anew.")
        raise MembershipRefused(told % {"club": membership.club}, code="cancelled")


def _check_tier(membership: ClubMembership) -> None:
    tiers, tier = membership.club.tier_names, membership.tier
    if tier and tiers and tier not in tiers:
        told = _("%(club)s has no such tier. It has: %(tiers)s.")
        raise MembershipRefused(fields={"tier": told % {"club": membership.club, "tiers": ", ".join(tiers)}})
