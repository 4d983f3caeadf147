"""Taking rows into the history as they are: those that were there before it, and those that changed behind its back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customer_admin.models import ChangeSet, ChangeSetKind, Tracked, recording, tracked_models
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.history import lock_rows
from customer_admin.models.history_writer import write_history_of
from customer_admin.models.vanished import write_vanished
from customer_admin.permissions import require
from customer_admin.selectors.drift import Drift, drift_of

USING = "default"


@dataclass(frozen=True)
class Baseline:
    """How many rows of each model, by its label, were taken in, by the kind of their drift.

    `change_set` is None when there was nothing to take in, and in a dry run.
    """

    rows: dict[str, dict[str, int]]
    change_set: ChangeSet | None


def record_baseline(
    *,
    actor: AnyActor,
    models: Sequence[type[Tracked]] | None = None,
    reason: str = "",
    dry_run: bool = False,
) -> Baseline:
    """Let the history of `models` (all that are tracked) say what their rows are, in one change set of kind "system".

    Rows without history get their first row of it, those that were changed elsewhere the change, those that vanished
    their end; where there is nothing of this, nothing is written. Only the system and superusers may: no group can be
    given the right, since it tells as found what somebody did. Raises PermissionRefused.
    """
    actor = require(actor, "record_baseline")
    reason = reason or _("Taken in as found: these rows had no history, or were changed outside of this program.")
    counted: dict[str, dict[str, int]] = {}
    with recording(actor=actor, kind=ChangeSetKind.SYSTEM, reason=reason) as current:
        for model in models if models is not None else tracked_models():
            found = drift_of(model, USING)
            if not dry_run:
                _take_in(model, found)
            if found:
                counted[model._meta.label] = dict(Counter(each.kind for each in found))
    return Baseline(counted, current.change_set if counted and not dry_run else None)


def _take_in(model: type[Tracked], found: list[Drift]) -> None:
    living = sorted(each.key for each in found if each.kind != "vanished")
    for chunk in in_chunks(living, USING):
        lock_rows(model, chunk, using=USING)  # Whoever writes one of them now is first, or comes after this.
        write_history_of(model, chunk, "~", using=USING)
    gone = [each.key for each in found if each.kind == "vanished"]
    if gone:
        write_vanished(model, gone, using=USING)
