"""What change sets changed: rows of tracked models with each field's value before and after, in words for people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Max, Min, OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from customer_admin.models import ChangeSet, Customer, Tracked, tracked_models

from .texts import EMPTY, Texts


@dataclass(frozen=True)
class FieldChange:
    """One field of one row. `before` and `after` are texts for people; "" is no value, or one that is concealed.

    `name` is "" where several fields are told as one.
    """

    name: str
    label: str
    before: str
    after: str
    is_concealed: bool = False


@dataclass(frozen=True)
class RowChange:
    """One row of one change set. `kind` is "created", "changed" or "deleted"; "countered" where it would be taken back.

    `fields` has each field for itself; `told` has those that people read together as one. `older` and `newer` are the
    history rows before and after, `owners` the values of the column with which `customer_path` begins in these two.
    """

    model: type[Tracked]
    key: Any
    kind: str
    title: str
    fields: tuple[FieldChange, ...]
    told: tuple[FieldChange, ...]
    older: int | None
    newer: int
    owners: tuple[Any, ...]

    @property
    def model_name(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    @property
    def kind_in_words(self) -> str:
        return in_words(self.kind)

    @property
    def ref(self) -> str:
        """What a revert calls this row, such as "customer_admin.customer:12"."""
        return f"{self.model._meta.label_lower}:{self.key}"


@dataclass(frozen=True)
class Span:
    """The first and the last history row that one change set wrote of one row."""

    change_set_id: int
    key: Any
    first: int
    last: int


def in_words(kind: str) -> str:
    """What happened to a row of this `kind`."""
    return {"created": _("created"), "changed": _("changed"), "deleted": _("deleted")}[kind]


def models_touched(change_set: ChangeSet) -> list[type[Tracked]]:
    """The models it wrote to, customers first."""
    labels = set(change_set.touched_fields.split())
    touched = [model for model in tracked_models() if model._meta.label_lower in labels]
    return sorted(touched, key=lambda model: model is not Customer)


def by_model(change_sets: Iterable[ChangeSet]) -> dict[type[Tracked], list[ChangeSet]]:
    """Those of the change sets that wrote to each model, customers first."""
    touching: dict[type[Tracked], list[ChangeSet]] = defaultdict(list)
    for change_set in change_sets:
        for model in models_touched(change_set):
            touching[model].append(change_set)
    return dict(sorted(touching.items(), key=lambda item: item[0] is not Customer))


def spans_of(model: type[Tracked], rows: models.QuerySet, cut: slice | None = None) -> list[Span]:
    """The spans of these `rows` of the history: all in no order, or those in `cut` of them in the order of keys."""
    key = model._meta.pk.attname
    grouped = rows.order_by().values("change_set_id", key).annotate(first=Min("history_id"), last=Max("history_id"))
    if cut is not None:
        grouped = grouped.order_by(key)[cut]
    return [Span(*values) for values in grouped.values_list("change_set_id", key, "first", "last")]


def changes_of(model: type[Tracked], spans: Sequence[Span]) -> Iterator[tuple[int, RowChange]]:
    """What happened to each row, with the key of its change set. Rows that came and went in one are left out."""
    if not spans:
        return
    history, key = model.history, model._meta.pk.attname
    earlier = history.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id")).order_by("-history_id")
    wanted = {number for span in spans for number in (span.first, span.last)}
    rows = {
        row.history_id: row
        for row in history.filter(history_id__in=wanted).annotate(
            previous_id=Subquery(earlier.values("history_id")[:1])
        )
    }
    former = {rows[span.first].previous_id for span in spans if rows[span.first].history_type != "+"} - {None}
    previous = {row.history_id: row for row in history.filter(history_id__in=former)}
    pairs = []
    for span in spans:
        before = previous.get(rows[span.first].previous_id)
        pairs.append((span.change_set_id, before if _exists(before) else None, rows[span.last]))
    texts = Texts(model, [row for _id, *both in pairs for row in both if row is not None])
    for change_set_id, before, last in pairs:
        change = _row_change(model, before, last, texts)
        if change is not None:
            yield change_set_id, change


def changed_fields(model: type[Tracked], before: Any, after: Any, texts: Texts) -> tuple[FieldChange, ...]:
    """The fields in which two history rows differ; with one of them None, those in which the other says something."""
    return tuple(
        FieldChange(
            field.name,
            capfirst(str(field.verbose_name)),
            texts.of(field, before),
            texts.of(field, after),
            is_concealed=field.name in model.concealed_fields,
        )
        for field in texts.fields
        if field.name not in {model._meta.pk.name, *model.hidden_in_history}
        and _worth_showing(field, before, after, texts)
    )


def told_together(
    model: type[Tracked], fields: tuple[FieldChange, ...], before: Any, after: Any, texts: Texts
) -> tuple[FieldChange, ...]:
    """`fields` with those that are read together as one text, when there are several of them."""
    parts = {name for line in model.read_together for name in line}
    changed = [field for field in fields if field.name in parts and not field.is_concealed]
    if len(changed) < 2:
        return fields
    whole = FieldChange("", capfirst(str(model._meta.verbose_name)), texts.together(before), texts.together(after))
    return tuple(whole if field is changed[0] else field for field in fields if field not in changed[1:])


def _exists(row: Any) -> bool:
    return row is not None and row.history_type != "-"


def _row_change(model: type[Tracked], before: Any, last: Any, texts: Texts) -> RowChange | None:
    after = last if _exists(last) else None
    if after is None:
        if before is None:
            return None
        kind, shown = "deleted", (last, None)
    else:
        kind, shown = ("created" if before is None else "changed"), (before, after)
    fields = changed_fields(model, *shown, texts)
    column = (model.customer_path or "").split("__")[0]
    owner: Any = model._meta.get_field(column) if column else None
    owners = [getattr(row, owner.attname) for row in (before, last) if owner is not None and row is not None]
    return RowChange(
        model=model,
        key=getattr(last, model._meta.pk.attname),
        kind=kind,
        title=texts.title(last),
        fields=fields,
        told=told_together(model, fields, *shown, texts),
        older=before.history_id if before is not None else None,
        newer=last.history_id,
        owners=tuple(dict.fromkeys(owner for owner in owners if owner is not None)),
    )


def _worth_showing(field: models.Field, before: Any, after: Any, texts: Texts) -> bool:
    old = getattr(before, field.attname) if before is not None else None
    new = getattr(after, field.attname) if after is not None else None
    if before is not None and after is not None:
        return old != new
    if field.attname == texts.model.customer_path or field.name in texts.model.concealed_fields:
        return False  # Whose row it is stands above the list.
    value = old if after is None else new
    # A new row shows what was entered, not what every row has.
    return value not in EMPTY and not (field.has_default() and value == field.get_default())
