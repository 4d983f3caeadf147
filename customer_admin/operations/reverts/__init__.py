"""Taking back what a change set did: all of it, one row, or one field.

Created rows go, deleted ones come back with their keys, and changed ones get their old values in the fields that the
change set changed. Whatever later changes stand against it is a clash, and whoever takes back decides about it.
"""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, connections, router, transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.utils.translation import gettext as _

from customer_admin.errors import RevertRefused
from customer_admin.models import ChangeSet, ChangeSetCustomer, ChangeSetKind, Customer, recording
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.history import lock_rows
from customer_admin.permissions import permission_to_revert, require
from customer_admin.selectors.changes import models_touched
from customer_admin.selectors.merges import relations_to_customers

from ..accounts import lock_accounts
from .follow_ups import follow_ups_of, follows_reverts_of
from .plan import Plan, load_plan
from .reassigned import Reassign, reassign
from .references import keep_what_came_along, keep_what_is_needed, leave_out_what_lacks_its_target
from .report import KEEP, OVERWRITE, Action, Clash, ClashKind, Resolve, RevertReport, RowEffect
from .signposts import follow_signposts, signposts_turned
from .uniques import leave_what_is_taken
from .untracked import write_untracked
from .writing import write

__all__ = [
    "KEEP",
    "OVERWRITE",
    "Action",
    "Clash",
    "ClashKind",
    "RevertReport",
    "RowEffect",
    "follows_reverts_of",
    "restore",
    "revert_change_set",
]


def revert_change_set(
    *,
    actor: AnyActor,
    change_set: ChangeSet,
    resolve: Resolve = None,
    dry_run: bool = False,
    only: Collection[str] | None = None,
    customer: Customer | int | None = None,
    reassigned: Reassign = None,
    reason: str = "",
) -> RevertReport:
    """Take a change set back, as a change set of its own that can be taken back again.

    `only` names rows ("customer_admin.customer:12") or fields of them ("customer_admin.customer:12:email"); `customer`,
    or the key of one who is gone, stands for all rows that were that customer's; with both, the named rows must be
    theirs. `resolve` says "keep" or "overwrite" for all clashes or for each. A dry run gives the same report and writes
    nothing. What came to an account after others were merged into it stays there when the merge is taken back, unless
    `reassigned` names the account that gets it. What is as it was already is left alone, so a second call does no harm.
    Raises PermissionRefused, and RevertRefused with the report when a clash is left without a choice, or when nothing
    can be taken back; then nothing has changed.
    """
    actor = require(actor, permission_to_revert(change_set))
    _refuse_what_is_final(change_set)
    if dry_run:
        return _report(_plan(load_plan(change_set, resolve, only, customer)), dry_run=True)
    with recording(actor=actor, kind=ChangeSetKind.REVERT, reason=reason, reverts=change_set) as current:
        _lock(change_set)
        plan = _plan(load_plan(change_set, resolve, only, customer))
        report = _report(plan)
        if not report.does_something and report.clashes and not any(clash.may_overwrite for clash in report.unresolved):
            raise RevertRefused(_("Nothing of this change can be taken back."), code="nothing", report=report)
        if report.unresolved:
            raise RevertRefused(
                _("Later changes stand against this. Say for each of them whether to keep it."),
                code="clashes",
                report=report,
            )
        moved = _write(plan, report, reassigned)
    done = current.change_set if report.does_something or moved else None
    return _report(plan, change_set=done, reassigned=moved)


def restore(
    *, actor: AnyActor, change_set: ChangeSet, customer: Customer | int | None = None, reason: str = ""
) -> ChangeSet:
    """Bring back everything that `change_set` deleted, with all that went along. Answers the new change set.

    `customer` is the key of the one deleted customer to bring back, where the change set deleted several.
    Raises PermissionRefused, and RevertRefused when it deleted nothing, when that is all there again, or as
    `revert_change_set` does.
    """
    report = revert_change_set(actor=actor, change_set=change_set, customer=customer, dry_run=True)
    if any(row.action == Action.CREATE for row in report.rows) or report.clashes:
        report = revert_change_set(actor=actor, change_set=change_set, customer=customer, reason=reason)
    if report.change_set is None:  # Or somebody else has brought it back a moment ago.
        raise RevertRefused(_("Nothing that this change deleted is missing."), code="nothing", report=report)
    return report.change_set


def _refuse_what_is_final(change_set: ChangeSet) -> None:
    if change_set.kind == ChangeSetKind.ERASE:
        raise RevertRefused(_("Erased data is gone for good."), code="final")
    if change_set.closed is None:
        raise RevertRefused(_("This change is still being written. Wait until it is done."), code="open")


def _plan(plan: Plan) -> Plan:
    # Each row that is left out may leave others without what they refer to. The plan only ever gets smaller.
    smaller = True
    while smaller:
        smaller = leave_out_what_lacks_its_target(plan)
        smaller = keep_what_is_needed(plan) or smaller
        smaller = keep_what_came_along(plan) or smaller
        smaller = leave_what_is_taken(plan) or smaller
    return plan


def _lock(change_set: ChangeSet) -> None:
    """Wait for whoever writes the same rows: customers first, as everywhere, then the others, in the order of keys.

    Of what was deleted there is no row to wait at, so whoever takes back the same change set waits at that.
    """
    using = router.db_for_write(ChangeSet)
    list(ChangeSet.objects.using(using).select_for_update(no_key=True).filter(pk=change_set.pk).values_list("pk"))
    lock_accounts(lambda: _customers_of(change_set))
    for model in models_touched(change_set):
        if model is Customer:
            continue  # All that were touched are locked by now.
        key = model._meta.pk.attname
        rows = model.history.filter(change_set=change_set).order_by(key).values_list(key, flat=True)
        lock_rows(model, list(rows.distinct()), using=using)


def _customers_of(change_set: ChangeSet) -> set[Any]:
    """Whom it touched, whose those rows are by now, and the accounts and signposts that any of these lead to."""
    involved = ChangeSetCustomer.objects.filter(change_set=change_set).order_by().values_list("customer_id", flat=True)
    touched = models_touched(change_set)
    owning = []
    for relation in relations_to_customers():
        if relation.model in touched and not relation.type_name:
            written = relation.model.history.filter(change_set=change_set).values(relation.model._meta.pk.attname)
            owners = relation.all_rows().filter(pk__in=written).values(relation.field.attname)
            having = Customer.all_objects.filter(**{f"{relation.target}__in": owners})
            owning.append(having.order_by().values_list("pk", flat=True))
    keys = set(involved.union(*owning))
    around = Customer.all_objects.filter(merged_into__isnull=False)
    for chunk in in_chunks(sorted(keys), around.db):
        pairs = around.filter(Q(pk__in=chunk) | Q(merged_into__in=chunk)).values_list("pk", "merged_into")
        keys |= {key for pair in pairs for key in pair if key is not None}
    return keys


def _write(plan: Plan, report: RevertReport, reassigned: Reassign) -> int:
    """Do all of it. Answers how many rows went elsewhere that came since."""
    if not report.does_something:
        return 0
    using = router.db_for_write(ChangeSet)
    try:
        with transaction.atomic(using=using):
            signposts = signposts_turned(plan)
            afterwards = [call for model in plan.rows for call in follow_ups_of(model, plan.rows_of(model))]
            write(plan, using=using)
            write_untracked(plan.untracked)
            follow_signposts(plan, signposts)
            for call in afterwards:
                call()
            moved = reassign(plan.change_set, reassigned)
            if connections[using].features.has_select_for_update:  # Else there is one writer at a time.
                # What it refers to may be going in another transaction, and at the commit it is too late to say so.
                connections[using].check_constraints()
            return moved
    except IntegrityError as error:
        raise RevertRefused(
            _(
                "Another record has taken a value that must be unique, a moment ago or by a rule of the database, or "
                "what this refers to was removed a moment ago."
            ),
            code="taken",
            report=report,
        ) from error
    except (ProtectedError, RestrictedError) as error:
        raise RevertRefused(
            _("Something that would go along is still needed elsewhere. Keep it, or remove what needs it first."),
            code="needed",
            report=report,
        ) from error


def _report(
    plan: Plan, *, dry_run: bool = False, change_set: ChangeSet | None = None, reassigned: int = 0
) -> RevertReport:
    return RevertReport(
        reverts=plan.change_set,
        rows=tuple(row for model in plan.rows for row in plan.rows_of(model)),
        clashes=tuple(plan.clashes.values()),
        unresolved=plan.unresolved,
        done_already=plan.done_already,
        dry_run=dry_run,
        change_set=change_set,
        untracked=tuple(plan.untracked),
        reassigned=reassigned,
    )
