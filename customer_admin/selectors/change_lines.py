"""Change sets as lines of a table, one for each changed field, however many rows they have."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from customer_admin.models import ChangeSet, Customer, Tracked

from .changes import FieldChange, Span, by_model, changes_of, models_touched, spans_of
from .history import newest_rows

CHANGE_SETS = 200
"""So many change sets are read at once."""

ROWS = 1000
"""So many history rows of them are in memory at once."""


@dataclass(frozen=True)
class Line:
    """One changed field. The texts are those that the screens show."""

    when: datetime
    person: str
    acting_as: str
    kind: str
    reason: str
    source: str
    number: int
    record_type: str
    record: str
    customers: str
    change: str
    field: str
    before: str
    after: str


def lines_of(change_sets: QuerySet[ChangeSet]) -> Iterator[Line]:
    """Every field that these change sets changed, the newest change set first."""
    for some in _in_turn(change_sets):
        for together in _portions(some):
            yield from _read(together) if len(together) > 1 else _read_long(together[0])


def _in_turn(change_sets: QuerySet[ChangeSet]) -> Iterator[list[ChangeSet]]:
    """Some at a time by their place in the order, so that neither memory nor a cursor has to hold them all."""
    ordered = change_sets.order_by("-closed")
    some = list(ordered[:CHANGE_SETS])
    while some:
        yield some
        some = list(ordered.filter(closed__lt=some[-1].closed)[:CHANGE_SETS])


def _portions(change_sets: Sequence[ChangeSet]) -> Iterator[list[ChangeSet]]:
    """Cut so that each portion has few rows, or is one change set."""
    sizes: dict[int, int] = defaultdict(int)
    for model, touching in by_model(change_sets).items():
        rows = model.history.filter(change_set__in=touching).order_by().values_list("change_set_id")
        for key, count in rows.annotate(n=Count("pk")):
            sizes[key] += count
    portion: list[ChangeSet] = []
    rows_so_far = 0
    for change_set in change_sets:
        if portion and rows_so_far + sizes[change_set.pk] > ROWS:
            yield portion
            portion, rows_so_far = [], 0
        portion.append(change_set)
        rows_so_far += sizes[change_set.pk]
    yield portion


def _read(change_sets: Sequence[ChangeSet]) -> Iterator[Line]:
    """The lines of several change sets, all at once."""
    told: dict[int, list[Line]] = defaultdict(list)
    by_key = {change_set.pk: change_set for change_set in change_sets}
    for model, touching in by_model(change_sets).items():
        spans = spans_of(model, model.history.filter(change_set__in=touching))
        for change_set_id, line in _lines(model, sorted(spans, key=lambda span: span.first), by_key):
            told[change_set_id].append(line)
    for change_set in change_sets:
        yield from told[change_set.pk]


def _read_long(change_set: ChangeSet) -> Iterator[Line]:
    """The lines of one change set, some rows at a time."""
    for model in models_touched(change_set):
        rows, some = model.history.filter(change_set=change_set), slice(ROWS)
        spans = spans_of(model, rows, some)
        while spans:
            yield from (line for _key, line in _lines(model, spans, {change_set.pk: change_set}))
            spans = spans_of(model, rows.filter(**{f"{model._meta.pk.attname}__gt": spans[-1].key}), some)


def _lines(
    model: type[Tracked], spans: Sequence[Span], change_sets: dict[int, ChangeSet]
) -> Iterator[tuple[int, Line]]:
    changes = list(changes_of(model, spans))
    numbers = _customer_numbers(model, {owner for _key, change in changes for owner in change.owners})
    concealed, beginnings = _("(not shown)"), {key: _beginning(change_set) for key, change_set in change_sets.items()}
    for key, change in changes:
        row: dict[str, Any] = {
            "record_type": change.model_name,
            "record": change.title,
            "customers": ", ".join(numbers[owner] for owner in change.owners if numbers.get(owner)),
            "change": change.kind_in_words,
        }
        for field in change.fields or (FieldChange("", "", "", ""),):
            before, after = (concealed, concealed) if field.is_concealed else (field.before, field.after)
            yield key, Line(**beginnings[key], **row, field=field.label, before=before, after=after)


def _beginning(change_set: ChangeSet) -> dict[str, Any]:
    """What all lines of the change set begin with."""
    return {
        "when": localtime(change_set.created_at),
        "person": change_set.actor_label,
        "acting_as": change_set.get_actor_kind_display(),
        "kind": change_set.get_kind_display(),
        "reason": change_set.reason,
        "source": change_set.get_source_display(),
        "number": change_set.pk,
    }


def _customer_numbers(model: type[Tracked], owners: set[Any]) -> dict[Any, str]:
    """The numbers of the customers, by what leads to them: their key, or that of the record between."""
    if model.customer_path is None or not owners:
        return {}
    first, *rest = model.customer_path.split("__")
    if not rest:
        return _numbers(owners)
    parent: Any = model._meta.get_field(first).related_model
    customers = dict(parent._base_manager.filter(pk__in=owners).values_list("pk", rest[0]))
    gone = owners - set(customers)
    if gone and issubclass(parent, Tracked):
        customers |= {key: getattr(row, rest[0]) for key, row in newest_rows(parent, gone).items()}
    numbers = _numbers({key for key in customers.values() if key is not None})
    return {owner: numbers.get(key, "") for owner, key in customers.items()}


def _numbers(customers: set[Any]) -> dict[Any, str]:
    numbers = dict(Customer.all_objects.filter(pk__in=customers).values_list("pk", "number"))
    gone = customers - set(numbers)
    if gone:
        numbers |= {key: row.number for key, row in newest_rows(Customer, gone).items()}
    return numbers
