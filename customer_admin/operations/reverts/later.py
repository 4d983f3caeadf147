"""What happened to rows since a change set wrote them.

A later change and the change set that took it back cancel each other, so taking change sets back one after the other,
newest first, meets no clash.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Subquery

from customer_admin.models import Tracked
from customer_admin.models.bulk import in_chunks

Values = tuple[Any, ...] | None
"""The tracked columns of a row at one time; None while it did not exist."""


@dataclass
class Written:
    """The history rows that a change set wrote of one row. `newest_id` is the newest of that row by anybody."""

    key: Any
    first_id: int
    last_id: int
    first_type: str
    before_id: int | None
    before_type: str
    newest_id: int
    changed: str
    is_single: bool = True

    @property
    def has_before(self) -> bool:
        """Whether it is known what the row was before."""
        return self.before_id is not None and self.before_type != "-"

    @property
    def is_last_word(self) -> bool:
        """Whether nobody wrote the row since, and this change set wrote it once."""
        return self.is_single and self.newest_id == self.last_id


@dataclass
class Story:
    """The states of one row: before and after the change set, and now; and who touched what since."""

    before: Values
    after: Values
    now: Values
    own: set[int] = field(default_factory=set)
    """Positions of the columns that the change set itself changed; others may have written between its parts."""
    touched: dict[int, int] = field(default_factory=dict)
    """Position of a column to the change set that last touched it since, unless that was taken back."""

    @property
    def last_touch(self) -> int | None:
        """The change set that last touched anything of the row."""
        return max(self.touched.values(), default=None)


def written_by(model: type[Tracked], change_set_id: int, keys: Iterable[Any] | None) -> Iterator[Written]:
    """What it wrote of each row that the change set wrote, or for those with the given keys."""
    history = model.history
    key = model._meta.pk.attname
    same = history.filter(**{key: OuterRef(key)}).order_by("-history_id")
    earlier = same.filter(history_id__lt=OuterRef("history_id"))
    rows = history.filter(change_set_id=change_set_id)
    if keys is not None:
        rows = rows.filter(**{f"{key}__in": list(keys)})
    columns = rows.order_by(key, "history_id").values_list(
        key,
        "history_id",
        "history_type",
        "history_changed",
        Subquery(earlier.values("history_id")[:1]),
        Subquery(earlier.values("history_type")[:1]),
        Subquery(same.values("history_id")[:1]),
    )
    for row_key, group in groupby(columns.iterator(chunk_size=5000), key=lambda row: row[0]):
        first, *others = group
        last = others[-1] if others else first
        yield Written(
            key=row_key,
            first_id=first[1],
            last_id=last[1],
            first_type=first[2],
            before_id=first[4],
            before_type=first[5] or "",
            newest_id=first[6],
            changed=first[3],
            is_single=not others,
        )


def stories_of(model: type[Tracked], change_set_id: int, spans: Sequence[Written], *, using: str) -> dict[Any, Story]:
    """The story of each of these rows, by key."""
    by_key = {span.key: span for span in spans}
    return {
        key: _story(change_set_id, by_key[key], rows)
        for keys in in_chunks(by_key, using)
        for key, rows in _rows_since(model, [by_key[key] for key in keys])
    }


def _rows_since(model: type[Tracked], spans: Sequence[Written]) -> Iterator[tuple[Any, list[Any]]]:
    key = model._meta.pk.attname
    start = min(span.before_id or span.first_id for span in spans)
    fields = model.history.model.tracked_fields
    rows = (
        model.history.filter(**{f"{key}__in": [span.key for span in spans]}, history_id__gte=start)
        .order_by(key, "history_id")
        .values_list(
            key, "history_id", "history_type", "change_set_id", "change_set__reverts_id",
            *(column.attname for column in fields),
        )
    )  # fmt: skip
    for row_key, group in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        yield row_key, list(group)


def _story(change_set_id: int, span: Written, rows: list[Any]) -> Story:
    """`rows` are (key, history_id, type, change set, what that reverts, *columns) of one row, oldest first."""

    def values(row: Any) -> Values:
        return None if row[2] == "-" else row[5:]

    before = next((values(row) for row in rows if row[1] == span.before_id), None)
    story = Story(before=before, after=None, now=values(rows[-1]))
    former = before
    stacks: dict[int, list[tuple[int, Any, Any]]] = {}
    since = [row for row in rows if row[1] >= span.first_id]
    for (set_id, reverts_id), group in groupby(since, key=lambda row: (row[3], row[4])):
        current = values(list(group)[-1])
        if set_id == change_set_id:
            story.after = current
            story.own |= {position for position, _old, _new in _differences(former, current)}
        else:
            _push_changes(stacks, set_id, reverts_id, former, current)
        former = current
    story.touched = {position: stack[-1][0] for position, stack in stacks.items() if stack}
    return story


_ABSENT = object()


def _differences(former: Values, current: Values) -> Iterator[tuple[int, Any, Any]]:
    for position in range(len(former or current or ())):
        old = _ABSENT if former is None else former[position]
        new = _ABSENT if current is None else current[position]
        if not (old is new or (old is not _ABSENT and new is not _ABSENT and old == new)):
            yield position, old, new


def _push_changes(
    stacks: dict[int, list[tuple[int, Any, Any]]], set_id: int, reverts_id: int | None, former: Values, current: Values
) -> None:
    for position, old, new in _differences(former, current):
        stack = stacks.setdefault(position, [])
        if stack and (reverts_id, new, old) == stack[-1]:
            stack.pop()
        else:
            stack.append((set_id, old, new))
