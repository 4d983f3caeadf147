"""Decides what is written when somebody else changed a record after a person had opened it.

Fields that only one of the two changed are merged at once. Where both changed the same one, to different values, the
operation is refused with the differences, so that the person decides.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from customer_admin.errors import ChangedMeanwhile, Difference
from customer_admin.models import Tracked
from customer_admin.models.actors import Actor
from customer_admin.selectors.history import Seen, Since, changes_since, is_same

from .differences import Teller, columns_of, summary


class Meanwhile:
    """Weighs what a person entered for one or more rows against what others did to them; collects the differences.

    Rows must be locked. `name` is the place of a row inside its record, "<relation>.<row>".
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.differences: list[Difference] = []

    def settle(self, row: Tracked, fields: Mapping[str, Any], seen: Seen | None, name: str = "") -> dict[str, Any]:
        """Those of `fields` that are to be written to `row`; without `seen` that is all of them.

        A field that the person left as it was stays as others made it, which is noted in `seen.kept`.
        """
        to_write = dict(fields)
        if seen is None or not look_up(row, seen).later:
            return to_write
        since = look_up(row, seen)
        teller = Teller(row, since, fields, self.actor, name)
        for field in fields.keys() & teller.columns.keys():
            column = teller.columns[field]
            if not _moved(column, row, since) or is_same(column, fields[field], getattr(row, column.attname)):
                continue
            if _left_alone(column, fields[field], since):
                seen.kept.append(teller.kept(column))
                del to_write[field]
            else:
                self.differences.append(teller.clash(column))
        return to_write

    def settle_gone(self, row: Tracked, fields: Mapping[str, Any], seen: Seen, name: str = "") -> None:
        """Somebody removed `row`: it stays gone if the person left it alone, and else that is a difference."""
        since = look_up(row, seen)
        teller = Teller(row, since, fields, self.actor, name)
        if not is_left_alone(type(row), fields, since):
            self.differences.append(teller.clash_with_removal())
        elif since.later:
            seen.kept.append(teller.kept_removal())

    def settle_removal(self, row: Tracked, names: Iterable[str], seen: Seen | None) -> None:
        """The person removes `row`: that others changed one of the fields `names` meanwhile is a difference."""
        if seen is None or not look_up(row, seen).later:
            return
        columns, since = columns_of(type(row)), look_up(row, seen)
        if changed := [columns[name] for name in sorted(names) if _moved(columns[name], row, since)]:
            self.differences.append(Teller(row, since, {}, self.actor, "").clash_of_removal(changed))

    def differ_in_choice(self, other: Tracked, seen: Seen, name: str) -> None:
        """Only one row can have the flag that `name` ends with: the person gave it to one, somebody else to `other`."""
        flag = columns_of(type(other))[name.rpartition(".")[2]]
        self.differences.append(Teller(other, look_up(other, seen), {}, self.actor, "").clash_of_choice(flag, name))

    def refuse(self) -> None:
        """Raise ChangedMeanwhile with all the differences there are."""
        if self.differences:
            raise ChangedMeanwhile(summary(self.differences), differences=self.differences)


def look_up(row: Tracked, seen: Seen) -> Since:
    """What became of one row since it was seen; one question, however often it is asked."""
    if seen.since is None:
        look_up_all(type(row), {str(row.pk): seen})
    assert seen.since is not None
    return seen.since


def look_up_all(model: type[Tracked], rows: Mapping[str, Seen]) -> None:
    """The same for many rows of one model, by their keys: one question for all of them."""
    for key, since in changes_since(model, {key: seen.version for key, seen in rows.items()}).items():
        rows[key].since = since


def is_left_alone(model: type[Tracked], fields: Mapping[str, Any], since: Since) -> bool:
    """Whether the person changed nothing of what was shown."""
    columns = columns_of(model)
    return all(_left_alone(columns[field], fields[field], since) for field in fields.keys() & columns.keys())


def _moved(column: models.Field, row: Tracked, since: Since) -> bool:
    """Whether somebody changed this field, as far as one can tell."""
    before = since.before
    return before is None or not is_same(column, getattr(row, column.attname), getattr(before, column.attname))


def _left_alone(column: models.Field, entered: Any, since: Since) -> bool:
    return since.before is not None and is_same(column, entered, getattr(since.before, column.attname))
