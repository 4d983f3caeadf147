"""Which version of a record a person saw, and what became of the record since.

A version is the newest row in the history of each row that is shown. It is read before what is shown, so it may be too
old for a moment, never too new.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from customer_admin.errors import Difference
from customer_admin.models import Customer, Tracked

_ROW = r"\d{1,18}\.\d{1,18}"
_TEXT = re.compile(rf"\d{{1,18}}( \w{{1,60}}:({_ROW}(,{_ROW})*)?)*", re.ASCII)


@dataclass(frozen=True)
class Since:
    """What became of one row since somebody saw it, as rows of its history.

    `before` is what was seen, None when the history no longer knows; `later` is what came after it, oldest first.
    """

    before: Any
    later: Sequence[Any]

    @property
    def was_absent(self) -> bool:
        """Whether there was no row yet, or none any more, when somebody looked for it."""
        return self.before is not None and self.before.history_id is None

    @property
    def is_gone(self) -> bool:
        return bool(self.later) and self.later[-1].history_type == "-"

    @property
    def was_gone(self) -> bool:
        """Whether whoever looked saw that the row had been removed, and nothing came of it since."""
        return not self.later and getattr(self.before, "history_type", "") == "-"

    def change_of(self, name: str) -> Any:
        """The row with which this column came to hold what it holds now; its change set says who did it, and when."""
        changed, value = self.later[0], getattr(self.before, name, None)
        for row in self.later:
            if getattr(row, name) != value:
                changed, value = row, getattr(row, name)
        return changed


@dataclass
class Seen:
    """The version of a record that a person saw, and of the rows shown inside it, by relation and key.

    Operations that take it as `seen` note in it what became of the record: `since`, and in `kept` the fields that the
    person left alone and others changed. A relation that is not in `rows` was not shown.
    """

    version: int
    rows: dict[str, dict[str, "Seen"]] = field(default_factory=dict)
    since: Since | None = None
    kept: list[Difference] = field(default_factory=list)

    @classmethod
    def of(cls, text: Union["Seen", str, None]) -> "Seen | None":
        """From what `version_of` answered; None for nothing. Raises ValueError for any other text."""
        if isinstance(text, Seen) or not text:
            return text or None
        if not _TEXT.fullmatch(text):
            raise ValueError(f"{text!r} is no version.")
        own, *relations = text.split(" ")
        seen = cls(int(own))
        for relation, _colon, rows in (part.partition(":") for part in relations):
            pairs = (row.split(".") for row in rows.split(",") if row)
            seen.rows[relation] = {key: cls(int(version)) for key, version in pairs}
        return seen

    def __str__(self) -> str:
        """The version by now, as far as operations have looked; rows that are gone are left out."""
        parts = [str(self._newest)]
        for relation, rows in self.rows.items():
            there = (f"{key}.{row._newest}" for key, row in rows.items() if not (row.since and row.since.is_gone))
            parts.append(f"{relation}:{','.join(there)}")
        return " ".join(parts)

    def all_kept(self) -> Iterator[Difference]:
        """What was kept of the record and of the rows inside it."""
        yield from self.kept
        for rows in self.rows.values():
            for row in rows.values():
                yield from row.all_kept()

    @property
    def _newest(self) -> int:
        return self.since.later[-1].history_id if self.since and self.since.later else self.version


def version_of(row: Tracked, *relations: str) -> str:
    """A text that stands for `row` as it is now, with its rows in `relations`; an operation takes it as `seen`.

    `row` itself is read anew when somebody wrote it since it was read. Rows in the relations, whose keys must be
    integers, are to be read afterwards.
    """
    model, key = type(row), row._meta.pk.attname
    newest = model.history.filter(**{key: row.pk}).order_by("-history_id").first()
    columns = [column.attname for column in model.history.model.tracked_fields]
    if newest and newest.history_type != "-" and any(getattr(newest, c) != getattr(row, c) for c in columns):
        row.refresh_from_db(fields=columns)
    seen = Seen(newest.history_id if newest else 0, {relation: {} for relation in relations})
    if relations:
        first, *others = (_versions_in(row, relation) for relation in relations)
        for relation, row_key, version in first.union(*others, all=True):
            seen.rows[relation][str(row_key)] = Seen(version)
    return str(seen)


def changes_since(model: type[Tracked], versions: Mapping[str, int]) -> dict[str, Since]:
    """What became of the rows with these keys since the version of each. One question for all of them."""
    if not versions:
        return {}
    key = model._meta.pk.attname
    rows = model.history.filter(**{f"{key}__in": list(versions), "history_id__gte": min(versions.values())})
    found: dict[str, list[Any]] = {name: [] for name in versions}
    for row in rows.select_related("change_set").order_by("history_id"):
        name = str(getattr(row, key))
        if row.history_id >= versions[name]:
            found[name].append(row)
    return {
        name: Since(rows[0], rows[1:]) if rows and rows[0].history_id == versions[name] else Since(None, rows)
        for name, rows in found.items()
    }


def version_of_absence(model: type[Tracked], customer: Customer) -> str:
    """What `version_of` is for a row, for the row of `model` that a customer does not have."""
    rows = model.history.filter(customer=customer.pk).order_by("-history_id")
    newest = rows.values_list("history_id", "history_type").first()
    # Somebody may have made it a moment ago: then all that is known of it counts as later.
    return str(newest[0]) if newest and newest[1] == "-" else "0"


def changes_beside(model: type[Tracked], customer: Customer, version: int) -> Since:
    """What became of the one row that `model` has for a customer, under whatever key, since it was seen, or was not."""
    found = model.history.filter(customer=customer.pk, history_id__gte=version).select_related("change_set")
    before, later = None, list(found.order_by("history_id"))
    if later and later[0].history_id == version:
        before, *later = later
    if version == 0 or (before is not None and before.history_type == "-"):
        before = _nothing_of(model)
    return Since(before, later)


def _nothing_of(model: type[Tracked]) -> Any:
    """A row of the history that nobody wrote, with what a new row begins with."""
    begun, nothing = model(), model.history.model()
    for column in nothing.tracked_fields:
        setattr(nothing, column.attname, getattr(begun, column.attname))
    return nothing


def newest_rows(model: type[Tracked], keys: Iterable[Any]) -> dict[Any, Any]:
    """The newest row in the history of each of the rows with these keys, by key; those that are gone as well."""
    key = model._meta.pk.attname
    newest = model.history.filter(**{f"{key}__in": list(keys)}).order_by().values(key).annotate(n=Max("history_id"))
    return {getattr(row, key): row for row in model.history.filter(history_id__in=newest.values("n"))}


def is_same(column: models.Field, one: Any, other: Any) -> bool:
    """Whether two values would be the same in the database, such as 5 and "5.00", a row and its key, None and ""."""
    return bool(as_stored(column, one) == as_stored(column, other))


def as_stored(column: models.Field, value: Any) -> Any:
    """What the database would hold for `value`, in Python's terms; None for no value, and what is invalid as it is."""
    if isinstance(value, models.Model):
        value = value.pk
    if value in column.empty_values:
        return None
    try:
        value = column.to_python(value)
    except ValidationError:
        return value
    # Browsers send the ends of lines in their own way.
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _versions_in(row: Tracked, relation: str) -> models.QuerySet:
    parent: Any = row._meta.get_field(relation).field  # type: ignore[union-attr]
    model = parent.model
    key = model._meta.pk.attname
    history = model.history.filter(**{key: OuterRef("pk")}).order_by().values(key)
    newest = Coalesce(Subquery(history.annotate(newest=Max("history_id")).values("newest")), 0)
    rows = model._base_manager.filter(**{parent.name: row}).order_by()
    return rows.values_list(Value(relation), "pk", newest)
