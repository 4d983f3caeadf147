"""`recording()` opens a change set; all tracked writes inside belong to it.

The change set's row is inserted with the first history row, so work that changes nothing leaves nothing. It is
closed, and stamped with its place in the order of commits, as the last statement before the commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from customer_admin.errors import NotRecording
from customer_admin.signals import change_sets_applied

from .actors import Actor, AnyActor
from .change_sets import ChangeSet, ChangeSetKind, Source
from .kept import keep
from .keys import storable
from .sequences import next_values
from .touched import distinct_changes, note_customers, with_touched

_current: ContextVar["Recording | None"] = ContextVar("customer_admin_recording", default=None)
_source: ContextVar[str] = ContextVar("customer_admin_source", default=Source.COMMAND)


class Recording:
    """An open change set. Code outside this module asks it for `change_set_id` and tells it which models it wrote."""

    def __init__(
        self,
        actor: Actor,
        kind: str | None,
        reason: str,
        using: str,
        change_set: ChangeSet | None,
        reverts: ChangeSet | None,
    ) -> None:
        self.actor = actor
        self.reverts = reverts
        self.kind = change_set.kind if change_set else kind
        self.reason = change_set.reason if change_set else storable(reason)[:500]
        self.using = using
        self.connection = connections[using]
        self.change_set = change_set
        self.continues = change_set is not None
        self.closed = False
        self.deleted: set[tuple[type[models.Model], Any]] = set()
        self.has_untracked = False
        self._saved_in: tuple[str, ...] | None = () if change_set else None
        self._written: dict[type[models.Model], int] = {}

    @property
    def is_usable(self) -> bool:
        """Whether it is open, and was opened in this thread; a context can be carried into another one."""
        return not self.closed and connections[self.using] is self.connection

    def refuse_when_unusable(self) -> None:
        """Raise NotRecording after the end of the change set, and in a thread that has another connection."""
        if self.closed:
            raise NotRecording("This change set is closed. Open a new one with `recording(actor=…)`.")
        if not self.is_usable:
            raise NotRecording(
                "This change set was opened in another thread. Open one there with `recording(actor=…)`."
            )

    @property
    def change_set_id(self) -> int:
        """The key of the change set, which is inserted now if it is not there (any more)."""
        self.refuse_when_unusable()
        savepoints = tuple(self.connection.savepoint_ids)
        if self._saved_in is None or not self._is_still_there(savepoints):
            self.change_set = ChangeSet.objects.using(self.using).create(
                kind=self.kind or ChangeSetKind.EDIT,
                actor_id=self.actor.user_id,
                actor_kind=self.actor.kind,
                actor_label=storable(self.actor.label)[:255],
                reason=self.reason,
                source=_source.get(),
                reverts=self.reverts,
            )
            self._saved_in = savepoints
        assert self.change_set is not None
        return self.change_set.pk

    def _is_still_there(self, savepoints: tuple[str, ...]) -> bool:
        """False when the savepoint in which the row was inserted has been rolled back and took the row along."""
        saved_in = self._saved_in or ()
        if savepoints[: len(saved_in)] == saved_in:
            return True
        assert self.change_set is not None
        # SQLite gives the key of a lost row to the next one, so the key alone does not tell that it is this row.
        row = ChangeSet.objects.using(self.using).filter(
            pk=self.change_set.pk, created_at=self.change_set.created_at, closed=None
        )
        if not row.exists():
            return False
        # Its savepoint was released into the one around it, which is still open.
        pairs = zip(saved_in, savepoints, strict=False)
        self._saved_in = tuple(old for old, _new in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return True

    def will_write(self, history_model: type[models.Model]) -> None:
        """Note that rows are about to be added to `history_model`."""
        if history_model in self._written:
            return
        newest = None
        if self.continues:  # Rows of earlier transactions have been looked at when those closed.
            newest = history_model._default_manager.using(self.using).aggregate(n=models.Max("history_id"))["n"]
        self._written[history_model] = newest or 0

    @contextmanager
    def joined(self, kind: str | None, reason: str, reverts: ChangeSet | None) -> Iterator[None]:
        """Let a recording join this one. The first explicit kind and the first reason that anybody gives count."""
        given = self.kind, self.reason, self.reverts
        self._explain(self.kind or kind, self.reason or storable(reason)[:500], self.reverts or reverts)
        try:
            with transaction.atomic(using=self.using):
                yield
        except BaseException:
            self._explain(*given)  # What was undone is not what this change set is about.
            raise

    def _explain(self, kind: str | None, reason: str, reverts: ChangeSet | None) -> None:
        self.kind, self.reason, self.reverts = kind, reason, reverts
        if self.change_set is not None:
            self.change_set.kind, self.change_set.reason = kind or ChangeSetKind.EDIT, reason
            self.change_set.reverts = reverts

    def close(self) -> None:
        """Stamp the change set, or remove it when nothing of what was written is left."""
        lost = self._saved_in is None or self.connection.needs_rollback
        if lost or not self._is_still_there(tuple(self.connection.savepoint_ids)):
            self.change_set = None
            return
        assert self.change_set is not None
        changed = {
            model: distinct_changes(model, self.change_set.pk, newest, using=self.using)
            for model, newest in self._written.items()
        }
        if not (self.continues or self.has_untracked or any(changed.values())):
            self.change_set.delete(using=self.using)
            self.change_set = None
            return
        self.change_set.touched_fields = with_touched(self.change_set.touched_fields, changed)
        self.change_set.closed = next_values("change_set_closed", using=self.using)[0]
        for model, newest in self._written.items():
            if changed[model]:
                note_customers(model, self.change_set, newest, may_have_moved=any(changed[model]), using=self.using)
                keep(model, self.change_set, newest, changed[model], using=self.using)
        self.change_set.save(using=self.using, update_fields=["closed", "kind", "reason", "touched_fields", "reverts"])
        transaction.on_commit(self._tell, using=self.using)

    def _tell(self) -> None:
        change_sets_applied.send_robust(sender=ChangeSet, change_set=self.change_set, using=self.using)


@contextmanager
def recording(
    *,
    actor: AnyActor,
    kind: str | None = None,
    reason: str = "",
    separate: bool = False,
    change_set: ChangeSet | None = None,
    reverts: ChangeSet | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[Recording]:
    """Record all tracked writes inside as one change set of `actor`, in one transaction.

    Inside another recording it joins that one, and the first `kind` and `reason` given count; `separate=True` opens a
    change set of its own instead. `change_set` continues one that was opened in an earlier transaction, as long imports
    do, and keeps its kind and reason. `reverts` is the change set that this one takes back. A reason is kept to 500
    characters. Raises ValueError when another actor's recording is open, or when the continued change set is another's.
    Never yield from inside to code outside.
    """
    actor = Actor.of(actor)
    outer = _current.get()
    if outer is not None and outer.is_usable and not separate and change_set is None:
        if (outer.actor.kind, outer.actor.user) != (actor.kind, actor.user):
            raise ValueError(f"{actor.label} can't write inside a change set of {outer.actor.label}.")
        with outer.joined(kind, reason, reverts):
            yield outer
        return
    if change_set is not None and (change_set.actor_kind, change_set.actor_id) != (actor.kind, actor.user_id):
        raise ValueError(f"{actor.label} can't go on with a change set of {change_set.actor_label}.")
    # The transaction is outermost, so that what runs after the commit finds no recording open.
    with transaction.atomic(using=using):
        current = Recording(actor, kind, reason, using, change_set, reverts)
        token = _current.set(current)
        try:
            yield current
            current.close()
        finally:
            current.closed = True
            _current.reset(token)


def recording_in_force(model: type[models.Model]) -> Recording:
    """The open recording that a write to `model` belongs to. Raises NotRecording when there is none."""
    current = _current.get()
    if current is None:
        raise NotRecording(
            f"{model._meta.object_name} is tracked, and no change set is open. "
            "Call an operation, or wrap the write in `with recording(actor=…):`."
        )
    current.refuse_when_unusable()
    return current


@contextmanager
def acting_from(source: str) -> Iterator[None]:
    """Say where the change sets opened inside come from: one of `Source`."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
