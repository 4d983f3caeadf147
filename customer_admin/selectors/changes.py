"""What a change set changed: rows of all tracked models, with each field's value before and after."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from customer_admin.models import ChangeSet, Customer, Tracked, tracked_models

EMPTY = (None, "")


@dataclass(frozen=True)
class FieldChange:
    """One field of one row. `before` and `after` are texts for people; "" is no value."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """One row of one change set. `kind` is "created", "changed" or "deleted"."""

    model: type[Tracked]
    key: Any
    kind: str
    title: str
    fields: tuple[FieldChange, ...]

    @property
    def model_name(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))


def change_sets_of_customer(customer: Customer) -> models.QuerySet[ChangeSet]:
    """Everything that touched the customer or what belongs to them, newest first."""
    return ChangeSet.objects.filter(touched__customer=customer).select_related("actor").order_by("-closed")


def change_sets_of_row(row: Tracked) -> models.QuerySet[ChangeSet]:
    """Everything that touched this one row, newest first."""
    own = type(row).history.filter(**{row._meta.pk.attname: row.pk})
    return ChangeSet.objects.filter(pk__in=own.values("change_set_id")).select_related("actor").order_by("-closed")


def changes_for_customer(change_sets: Sequence[ChangeSet], customer: Customer) -> dict[int, list[RowChange]]:
    """By the key of the change set: the rows of this customer that it changed, and no other customer's."""
    changes: dict[int, list[RowChange]] = defaultdict(list)
    for model in tracked_models():
        if model.customer_path is None:
            continue
        key = model._meta.pk.attname
        # Every row that ever was this customer's, so an order that went to somebody else shows in both histories.
        own = model.history.filter(**{model.customer_path: customer.pk}).values(key)
        for change_set_id, change in _changes_of(model, change_sets, {f"{key}__in": own}):
            changes[change_set_id].append(change)
    return changes


def changes_for_row(change_sets: Sequence[ChangeSet], row: Tracked) -> dict[int, list[RowChange]]:
    """By the key of the change set: what it changed in this one row."""
    changes: dict[int, list[RowChange]] = defaultdict(list)
    for change_set_id, change in _changes_of(type(row), change_sets, {row._meta.pk.attname: row.pk}):
        changes[change_set_id].append(change)
    return changes


def _changes_of(
    model: type[Tracked], change_sets: Sequence[ChangeSet], condition: dict[str, Any]
) -> Iterable[tuple[int, RowChange]]:
    history = model.history
    key = model._meta.pk.attname
    earlier = history.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id")).order_by("-history_id")
    rows = list(
        history.filter(change_set__in=change_sets, **condition)
        .annotate(previous_id=Subquery(earlier.values("history_id")[:1]))
        .order_by("history_id")
    )
    spans: dict[tuple[int, Any], list[Any]] = {}
    for row in rows:
        spans.setdefault((row.change_set_id, getattr(row, key)), [row, row])[1] = row
    previous = history.in_bulk([first.previous_id for first, _last in spans.values() if first.previous_id])
    pairs = []
    for (change_set_id, _key), (first, last) in spans.items():
        before = previous.get(first.previous_id)
        if before is not None and before.history_type == "-":
            before = None
        pairs.append((change_set_id, before, last))
    texts = Texts(model, [row for _id, *both in pairs for row in both if row is not None])
    for change_set_id, before, last in pairs:
        change = _row_change(model, before, last, texts)
        if change is not None:
            yield change_set_id, change


def _row_change(model: type[Tracked], before: Any, last: Any, texts: "Texts") -> RowChange | None:
    after = None if last.history_type == "-" else last
    if before is None and after is None:
        return None
    if after is None:
        before, kind = last, "deleted"
    else:
        kind = "created" if before is None else "changed"
    fields = tuple(
        FieldChange(field.name, capfirst(str(field.verbose_name)), texts.of(field, before), texts.of(field, after))
        for field in model.history.model.tracked_fields
        if field.name not in {model._meta.pk.name, *model.hidden_in_history}
        and _worth_showing(field, before, after, texts)
    )
    return RowChange(
        model=model, key=getattr(last, model._meta.pk.attname), kind=kind, title=texts.title(last), fields=fields
    )


def _worth_showing(field: models.Field, before: Any, after: Any, texts: "Texts") -> bool:
    old = getattr(before, field.attname) if before is not None else None
    new = getattr(after, field.attname) if after is not None else None
    if before is not None and after is not None:
        return old != new
    if field.attname == texts.model.customer_path:
        return False  # Whose row it is stands above the list.
    value = old if after is None else new
    # A new row shows what was entered, not what every row has.
    return value not in EMPTY and not (field.has_default() and value == field.get_default())


class Texts:
    """How the values of some history rows read, with the names of other rows looked up all at once."""

    def __init__(self, model: type[Tracked], rows: Sequence[Any]) -> None:
        self.model = model
        self.names: dict[str, dict[Any, str]] = {}
        for field in model.history.model.tracked_fields:
            if field.is_relation and field.name not in model.hidden_in_history:
                keys = {getattr(row, field.attname) for row in rows} - {None}
                related = field.related_model._base_manager.in_bulk(keys) if keys else {}
                self.names[field.name] = {key: str(row) for key, row in related.items()}

    def title(self, row: Any) -> str:
        """The row's own name as it was then."""
        values = {field.attname: getattr(row, field.attname) for field in self.model.history.model.tracked_fields}
        return str(self.model(**values))

    def of(self, field: models.Field, row: Any) -> str:
        """The value of `field` in a history row, for people; "" for none."""
        value = getattr(row, field.attname) if row is not None else None
        if value in EMPTY:
            return ""
        if field.is_relation:
            return self.names[field.name].get(value, _("no. %(key)s, deleted since") % {"key": value})
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(field, models.DateTimeField):
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        return str(localize(value))
