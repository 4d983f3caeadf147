"""Merging accounts of one customer: everything goes to the one that stays, and the others become signposts to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connections, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customer_admin.errors import MergeRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, PortalLogin, recording
from customer_admin.models.actors import Actor, ActorKind, AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.merges import MergePreview, accounts_to_merge, merge_preview
from customer_admin.selectors.merges.fields import attname_of
from customer_admin.selectors.merges.rules import all_rules
from customer_admin.selectors.site_settings import settings_of

from .accounts import lock_accounts
from .logins import close_logins
from .mail import queue_email
from .moved_rows import move

MOVING = 0.9
"""So much of the time of a merge goes into moving rows, about."""


@dataclass(frozen=True)
class Merge:
    """What a merge did. `change_set` is None when the accounts were merged before.

    `moved` and `left` count rows that went to the survivor, and that stayed with the accounts that went, by the name of
    their relation, such as "customer_admin.order.customer".
    """

    change_set: ChangeSet | None
    survivor: Customer
    moved: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)


def merge_customers(
    *,
    actor: AnyActor,
    survivor: Customer,
    duplicates: Iterable[Customer],
    choices: Mapping[str, Any] | None = None,
    tell_customer: bool = False,
    seen: str = "",
    reason: str = "",
) -> Merge:
    """Merge `duplicates` into `survivor`, as one change set that can be taken back at any time.

    Every row of every model that points to them goes to the survivor. The accounts that go stay as signposts, and their
    logins are closed but for the one that stays. `choices` are those of `merge_preview`; `seen` is the `fingerprint` of
    the preview that a person decided by, and another one refuses. With `tell_customer` the survivor gets a mail.
    Accounts that were merged into the survivor before are left alone, so a second call does no harm.
    Raises PermissionRefused, MergeRefused; where the site wants a second person, a person can only `request_merge`.
    """
    actor = require(actor, "merge_customer")
    refuse_without_second_person(actor, survivor)
    return merge_by(actor, survivor, list(duplicates), choices, tell_customer=tell_customer, seen=seen, reason=reason)


def needs_second_person(actor: AnyActor, survivor: Customer) -> bool:
    """Whether what this actor wants to be merged needs somebody who approves it. The system needs nobody."""
    return Actor.of(actor).kind != ActorKind.SYSTEM and settings_of(survivor.site).merges_need_second


def refuse_without_second_person(actor: AnyActor, survivor: Customer) -> None:
    """Raises MergeRefused for who can't decide this alone."""
    if needs_second_person(actor, survivor):
        told = _("Merges need a second person here. Ask for it, and another person approves.")
        raise MergeRefused(told, code="second")


def merge_by(
    actor: Actor,
    survivor: Customer,
    duplicates: Sequence[Customer],
    choices: Mapping[str, Any] | None,
    *,
    tell_customer: bool,
    seen: str,
    reason: str,
    check: Callable[[MergePreview], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Merge:
    """What `merge_customers` does, for other operations once they have made sure that the actor may.

    `check` may refuse what will be merged, once it is locked; `progress` hears how much is done, from 0 to 1.
    """
    with recording(actor=actor, kind=ChangeSetKind.MERGE, reason=reason) as current:
        preview = preview_to_merge(survivor, duplicates, choices, seen)
        if preview is None:
            return Merge(None, accounts_to_merge(survivor, duplicates)[0])
        if check is not None:
            check(preview)
        try:
            with transaction.atomic():
                moved = _merge(preview, progress)
        except IntegrityError as error:
            told = _("A rule of the database stands against this: %(error)s Leave those rows behind, and try again.")
            raise MergeRefused(told % {"error": error}, code="integrity") from error
        if tell_customer and (preview.login is not None or preview.survivor.email):
            queue_email(kind="accounts_merged", customer=preview.survivor, login=preview.login)
        left = {plan.name: plan.count - moved[plan.name] for plan in preview.relations}
        return Merge(
            current.change_set,
            preview.survivor,
            {name: count for name, count in moved.items() if count},
            {name: count for name, count in left.items() if count},
        )


def preview_to_merge(
    survivor: Customer, duplicates: Sequence[Customer], choices: Mapping[str, Any] | None, seen: str
) -> MergePreview | None:
    """What will be merged, with the accounts locked until the transaction ends; None when that was done before.

    Raises MergeRefused when something stands against it, or when it is not what a person has `seen`.
    """
    survivor, *going = _locked(survivor, duplicates)
    if not going:
        return None
    preview = merge_preview(survivor, going, choices)
    if preview.obstacles:
        raise MergeRefused(obstacles=preview.obstacles, code="obstacles")
    if seen and seen != preview.fingerprint:
        told = _("Something about these accounts changed meanwhile. Look at it once more, then merge.")
        raise MergeRefused(told, code="changed")
    return preview


def _locked(survivor: Customer, duplicates: Sequence[Customer]) -> list[Customer]:
    """The accounts as they are now; nobody changes them, or the signposts to them, or books on them before the end."""
    keys = [each.pk for each in (survivor, *duplicates)]
    with_signposts = Customer.all_objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    lock_accounts(lambda: set(with_signposts.values_list("pk", flat=True)))
    return accounts_to_merge(survivor, duplicates)


def _merge(preview: MergePreview, progress: Callable[[float], None] | None) -> dict[str, int]:
    survivor, going = preview.survivor, preview.duplicates
    note = None if progress is None else _noting(progress, preview.moving)
    moved = {plan.name: move(plan, survivor, going, note) if plan.moves else 0 for plan in preview.relations}
    _point_to_what_stays(preview)
    close_logins(PortalLogin.objects.filter(customer__in=going))
    # Those that were merged into one of them are signposts to the survivor, too: always in one hop.
    Customer.all_objects.filter(Q(pk__in=[each.pk for each in going]) | Q(merged_into__in=going)).update(
        merged_into=survivor
    )
    _take_fields(preview)
    for rule in all_rules():
        if rule.afterwards is not None:
            rule.afterwards(survivor, going)
    if connections[Customer.objects.db].features.has_select_for_update:
        connections[Customer.objects.db].check_constraints()  # At the commit it would be too late to say so.
    return moved


def _noting(progress: Callable[[float], None], all_rows: int) -> Callable[[int], None]:
    done = 0

    def note(rows: int) -> None:
        nonlocal done
        done += rows
        progress(MOVING * done / all_rows)

    return note


def _take_fields(preview: MergePreview) -> None:
    survivor = preview.survivor
    changed = []
    for each in preview.fields:
        for name in each.columns:
            attname = attname_of(name)
            value = getattr(each.chosen, attname)
            if getattr(survivor, attname) != value:
                setattr(survivor, attname, value)
                changed.append(name)
    if changed:
        survivor.save()


def _point_to_what_stays(preview: MergePreview) -> None:
    """Let rows that moved refer to what took the place of a row that did not, such as the same card."""
    plans = {plan.relation.model: plan for plan in preview.relations if plan.moves}
    for plan in plans.values():
        for column in plan.relation.model._meta.concrete_fields:
            target = plans.get(column.related_model) if column.is_relation else None
            if target is None or not plan.relation.is_tracked:
                continue
            for lost, found in target.replaced.items():
                if lost in target.staying or lost in target.given:
                    rows = plan.relation.rows([preview.survivor]).filter(**{column.attname: lost})
                    rows.update(**{column.attname: found})
