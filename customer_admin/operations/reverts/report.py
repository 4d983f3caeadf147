"""What taking back a change set would do, or did, and what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from customer_admin.models import ChangeSet, Tracked

KEEP, OVERWRITE = "keep", "overwrite"

Resolve = str | Mapping[str, str] | None
"""What to do about clashes: "keep" (leave as it is now) or "overwrite" (take back all the same). One for all, or a
mapping from a clash's `key`, a model's label ("customer_admin.order") or "*" for the rest."""


class Action(StrEnum):
    DELETE = "delete"
    CREATE = "create"
    CHANGE = "change"
    COUNTER = "counter"
    """The row is only countered: it stays, and gets a counter-entry."""


class ClashKind(StrEnum):
    CHANGED = "changed"
    """Somebody changed the field, or anything of the row that is to go, since."""
    GONE = "gone"
    """The row was deleted since, so its fields can't be set."""
    EXISTS = "exists"
    """The deleted row is there again, with other values."""
    NEEDED = "needed"
    """Other rows refer to the row that is to go."""
    TAKEN = "taken"
    """Another row has the unique value by now."""
    MISSING = "missing"
    """It would refer to a row that is gone."""
    UNKNOWN = "unknown"
    """There is no record of what the row was before."""
    LOST = "lost"
    """What it was is kept nowhere: a password, the names of a deleted login."""


@dataclass(slots=True)
class RowEffect:
    """What is done to one row. `source_id` is the history row with the values it goes back to; None for a deletion.

    `fields` are those that change. `overrides` are values other than those of the source, by attribute name.
    `countered_key` is the entry that gets the counter-entry: the row itself, or what counters it by now.
    """

    model: type[Tracked]
    key: Any
    action: Action
    source_id: int | None
    after_id: int
    fields: frozenset[str] = frozenset()
    overrides: dict[str, Any] = field(default_factory=dict)
    has_dependents: bool = False
    countered_key: Any = None

    @property
    def ref(self) -> str:
        """How a row is named in `only` and `resolve`, such as "customer_admin.customer:12"."""
        return f"{self.model._meta.label_lower}:{self.key}"


@dataclass(frozen=True)
class Clash:
    """One thing that stands against taking a row, or one field of it, back.

    `source_id` and `after_id` are the history rows before and after the change set. `by_id` is the change set that
    came between. `other` is the row that needs, holds or lacks something, as (model, key), one of `count`.
    """

    model: type[Tracked]
    row_key: Any
    kind: ClashKind
    field: str = ""
    source_id: int | None = None
    after_id: int | None = None
    by_id: int | None = None
    other: tuple[Any, Any] | None = None
    count: int = 1
    may_overwrite: bool = True

    @property
    def key(self) -> str:
        """The name of the row, or of the field, that this is about."""
        row = f"{self.model._meta.label_lower}:{self.row_key}"
        return f"{row}:{self.field}" if self.field else row

    def choice(self, resolve: Resolve) -> str:
        """What `resolve` says about this clash: "keep", "overwrite" or ""."""
        if isinstance(resolve, Mapping):
            names = (self.key, self.model._meta.label_lower, "*")
            chosen = next((resolve[name] for name in names if name in resolve), "")
        else:
            chosen = resolve or ""
        return chosen if chosen == KEEP or (chosen == OVERWRITE and self.may_overwrite) else ""


@dataclass(frozen=True)
class RevertReport:
    """`rows` are (or would be) written; `clashes` are all that were met, `unresolved` those without a usable choice.

    `untracked` are rows of models without history. `done_already` counts rows that are as they were before.
    `reassigned` counts rows that came after a merge and went to another account. `change_set` is the one that took
    back; None in a dry run, and when there was nothing to do.
    """

    reverts: ChangeSet
    rows: tuple[RowEffect, ...]
    clashes: tuple[Clash, ...]
    unresolved: tuple[Clash, ...]
    done_already: int
    dry_run: bool
    change_set: ChangeSet | None = None
    untracked: tuple[Any, ...] = ()
    reassigned: int = 0

    @property
    def does_something(self) -> bool:
        """Whether any row is (or would be) written."""
        return bool(self.rows or self.untracked or self.reassigned)
