"""Merges that two people decide: one asks for it, another one approves or refuses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from customer_admin.errors import MergeRefused
from customer_admin.models import Customer, MergeRequest
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.merges import known_choices

from .merges import Merge, merge_by, preview_to_merge

State = MergeRequest.State
LONGEST_REASON = 500


def request_merge(
    *,
    actor: AnyActor,
    survivor: Customer,
    duplicates: Iterable[Customer],
    choices: Mapping[str, Any] | None = None,
    tell_customer: bool = False,
    seen: str = "",
    reason: str = "",
) -> MergeRequest:
    """Ask for a merge, which another person decides. Takes what `merge_customers` takes, and refuses what that refuses.

    The same accounts with the same one that stays are asked for once: a second call answers the request that waits.
    Raises PermissionRefused, MergeRefused.
    """
    actor = require(actor, "merge_customer")
    with transaction.atomic():
        preview = preview_to_merge(survivor, list(duplicates), choices, seen)
        if preview is None:
            raise MergeRefused(_("These accounts are merged already."), code="done")
        accounts = [each.pk for each in preview.accounts]
        for waiting in MergeRequest.objects.filter(state=State.WAITING):
            if (waiting.accounts[0], set(waiting.accounts)) == (accounts[0], set(accounts)):
                return waiting
        return MergeRequest.objects.create(
            accounts=accounts,
            choices=known_choices(preview, choices),
            tell_customer=tell_customer,
            seen=preview.fingerprint,
            asked_by=actor.user,
            asked_label=actor.label,
            reason=reason,
        )


def approve_merge(*, actor: AnyActor, request: MergeRequest, seen: str = "", reason: str = "") -> Merge:
    """Merge as the request says, in one change set whose reason names both people.

    Accounts that changed since they were asked for refuse it with code "changed", unless `seen` is the fingerprint of
    what the second person looked at. One that was approved before does no harm. Raises PermissionRefused, MergeRefused.
    """
    actor = require(actor, "merge_customer")
    with transaction.atomic():
        waiting = locked_request(actor, request, (State.MERGED,))
        survivor, *duplicates = accounts_of(waiting)
        if waiting.state != State.WAITING:
            return Merge(None, survivor)
        decide(waiting, actor, State.MERGED, reason)
        done = merge_by(
            actor,
            survivor,
            duplicates,
            waiting.choices,
            tell_customer=waiting.tell_customer,
            seen=seen or waiting.seen,
            reason=reason_of(waiting),
        )
        MergeRequest.objects.filter(pk=waiting.pk).update(change_set=done.change_set)
        return done


def accounts_of(request: MergeRequest) -> list[Customer]:
    """The accounts as they are now, the one that stays first. Raises MergeRefused when one is gone."""
    found = Customer.all_objects.in_bulk(request.accounts)
    if len(found) < len(request.accounts):
        raise MergeRefused(_("One of these accounts was deleted meanwhile."), code="gone")
    return [found[key] for key in request.accounts]


def refuse_merge(*, actor: AnyActor, request: MergeRequest, reason: str = "") -> MergeRequest:
    """Let the accounts be as they are. Who asked may refuse as well, which takes the request back.

    Raises PermissionRefused, MergeRefused when it was approved before.
    """
    actor = require(actor, "merge_customer")
    with transaction.atomic():
        request = locked_request(actor, request, (State.REFUSED,))
        if request.state == State.WAITING:
            decide(request, actor, State.REFUSED, reason)
        return request


def locked_request(actor: Actor, request: MergeRequest, wanted: Sequence[str]) -> MergeRequest:
    """The request as it is now: waiting, or decided as is wanted before. Raises MergeRefused."""
    found = MergeRequest.objects.select_for_update(of=("self",)).filter(pk=request.pk).first()
    if found is None:
        raise MergeRefused(_("This request is not there any more."), code="gone")
    if found.state not in (State.WAITING, *wanted):
        told = _("%(who)s has decided this already: %(state)s.")
        raise MergeRefused(
            told % {"who": found.decided_label or found.asked_label, "state": found.get_state_display().lower()},
            code="decided",
        )
    if State.REFUSED not in wanted and actor.user_id is not None and actor.user_id == found.asked_by_id:
        raise MergeRefused(_("You asked for this merge. Another person has to approve it."), code="same_person")
    return found


def decide(request: MergeRequest, actor: Actor, state: str, reason: str, **values: Any) -> None:
    """Note who decided what about a request that is locked, and why."""
    fields = {"state": state, "decided_by": actor.user, "decided_label": actor.label, "decided_at": timezone.now()}
    for name, value in {**fields, "decision_reason": reason, **values}.items():
        setattr(request, name, value)
    request.save()


def reason_of(request: MergeRequest) -> str:
    """What the history says of why this was merged: where two people decided, both names."""
    reasons = ". ".join(filter(None, [request.reason, request.decision_reason]))
    if not request.decided_label:
        return reasons
    people = {"first": request.asked_label, "second": request.decided_label}
    told = _("Asked for by %(first)s, approved by %(second)s") % people
    return Truncator(f"{told}: {reasons}" if reasons else told).chars(LONGEST_REASON)
