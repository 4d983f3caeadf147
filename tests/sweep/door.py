"""A door, and what is watched while somebody goes through it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.test import Client

from customer_admin.models import Actor, ActorKind, ChangeSet, Source, tracked_models
from tests.sweep.changes import RowKey, in_the_tables, seen_between, told_by, tracked_fields

DOORS: list["Door"] = []


@dataclass(frozen=True)
class Door:
    """`closed_to` says why fields can't be written here: by "app.Model.field", "app.Model" or "app".

    A narrow door says in the same way what it is `only` for, and is closed to all else.
    """

    name: str
    kind: str
    source: str
    walk: Callable[["Watch"], None]
    closed_to: Mapping[str, str]
    only: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"

    def is_open_to(self, label: str, name: str) -> bool:
        if self.only:
            return bool(_entries(label, name) & self.only)
        return not _entries(label, name) & set(self.closed_to)

    def out_of_date(self, written: set[tuple[str, str]]) -> list[str]:
        """What `closed_to` and `only` say wrongly: of fields that were written all the same, or that there are not."""
        wrong = {".".join(each) for each in written if not self.is_open_to(*each)}
        known = set().union(*(_entries(*each) for each in all_fields(self.kind)))
        said = {entry for entry in {*self.closed_to, *self.only} if entry.partition(".")[0] in apps.app_configs}
        return sorted(wrong | (said - known))


def _entries(label: str, name: str) -> set[str]:
    return {f"{label}.{name}", label, label.partition(".")[0]}


def door(
    name: str,
    kind: str,
    *,
    source: str = Source.COMMAND,
    closed_to: Mapping[str, str] | None = None,
    only: Iterable[str] = (),
) -> Any:
    """Make a door of the function that goes through it."""

    def register(walk: Callable[["Watch"], None]) -> Callable[["Watch"], None]:
        DOORS.append(Door(name, kind, source, walk, closed_to or {}, frozenset(only)))
        return walk

    return register


@dataclass
class Watch:
    """Compares what the tables show with what the history tells, and notes which fields it was about."""

    door: Door
    person: Any
    client: Client
    folder: Any
    written: set[tuple[str, str]] = field(default_factory=set)

    @contextmanager
    def going_through(self, *, by: Any = "", without: Mapping[RowKey, set[str]] | None = None) -> Iterator[None]:
        """What is written inside must be one change set of `by`, by default the person; None is the system, and an
        `ActorKind` somebody of that kind who is no user.

        `without` names fields that are wiped from the history of a row on purpose.
        """
        before, known = in_the_tables(), set(ChangeSet.objects.values_list("pk", flat=True))
        yield
        (change_set,) = ChangeSet.objects.exclude(pk__in=known)
        who = self.person if by == "" else by
        kind = who if isinstance(who, ActorKind) else ActorKind.SYSTEM if who is None else None
        assert (change_set.actor, change_set.source) == (who if kind is None else None, self.door.source)
        assert change_set.actor_kind == (kind or Actor.of(who).kind)
        told, seen = told_by(change_set), seen_between(before, in_the_tables())
        for key, names in (without or {}).items():
            for name in names:
                assert told[key].fields.pop(name) == ("", None)
                del seen[key].fields[name]
        assert told == seen
        for (label, _key), change in told.items():
            if change.kind == self.door.kind:
                self.written |= {
                    (label, name) for name, values in change.fields.items() if self._is_a_value(label, name, *values)
                }

    def _is_a_value(self, label: str, name: str, old: Any, new: Any) -> bool:
        """Whether something was entered: in a new row, what every row has by default was not."""
        if self.door.kind != "created":
            return True
        found = apps.get_model(label)._meta.get_field(name)
        return new not in (None, "") and not (found.has_default() and new == found.get_default())

    @property
    def missed(self) -> list[str]:
        """Fields that the door did not write though nothing says that it can't."""
        unwritten = all_fields(self.door.kind) - self.written
        return sorted(".".join(each) for each in unwritten if self.door.is_open_to(*each))


def all_fields(kind: str) -> set[tuple[str, str]]:
    """Every tracked field by its model's label and name; the key of a row never changes."""
    return {
        (model._meta.label, each.name)
        for model in tracked_models()
        for each in tracked_fields(model)
        if not (kind == "changed" and each.primary_key)
    }
