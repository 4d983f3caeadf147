"""All rows of one change set, some at a time, however many there are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst

from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer, Tracked

from .changes import RowChange, changes_of, models_touched, spans_of
from .history import newest_rows
from .own_rows import Own
from .signposts import keys_of_account
from .texts import Texts
from .timelines import gave_away_in


@dataclass(frozen=True)
class ModelCount:
    """How many rows of one model a change set wrote."""

    model: type[Tracked]
    count: int

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def name(self) -> str:
        options = self.model._meta
        return capfirst(str(options.verbose_name if self.count == 1 else options.verbose_name_plural))


class ChangedRows:
    """The rows of a change set, or only those of `customer`, or of the model with this `label`.

    It can be counted and cut like a list; each cut reads what it needs.
    """

    def __init__(self, change_set: ChangeSet, customer: Customer | None = None, label: str = "") -> None:
        self.change_set = change_set
        self.customer = customer
        self.label = label

    @cached_property
    def counts(self) -> list[ModelCount]:
        """For each model that it wrote to, whatever `label` is."""
        counted = []
        for model in models_touched(self.change_set):
            found = self._rows(model).aggregate(n=Count(model._meta.pk.attname, distinct=True))["n"]
            if found:
                counted.append(ModelCount(model, found))
        return counted

    def __len__(self) -> int:
        return sum(entry.count for entry in self._chosen)

    def __getitem__(self, cut: slice) -> list[RowChange]:
        start, stop, found = cut.start or 0, len(self) if cut.stop is None else cut.stop, []
        for entry in self._chosen:
            if start < entry.count and stop > 0:
                spans = spans_of(entry.model, self._rows(entry.model), slice(max(start, 0), stop))
                found += [change for _key, change in changes_of(entry.model, spans)]
            start, stop = start - entry.count, stop - entry.count
        return found

    @property
    def _chosen(self) -> list[ModelCount]:
        return [entry for entry in self.counts if self.label in ("", entry.label)]

    def _rows(self, model: type[Tracked]) -> QuerySet:
        rows = model.history.filter(change_set=self.change_set)
        if self.customer is None:
            return rows
        if model.customer_path is None:
            return rows.none()
        key = model._meta.pk.attname
        own = Own(model, self._keys).rows_in([self.change_set], self._gave_away)
        return rows.filter(**{f"{key}__in": own.values(key)})

    @cached_property
    def _keys(self) -> list[Any]:
        assert self.customer is not None
        return keys_of_account(self.customer.pk)

    @cached_property
    def _gave_away(self) -> set[int]:
        return gave_away_in([self.change_set], self._keys)


@dataclass(frozen=True)
class TouchedCustomer:
    """A customer whom a change set touched, who may be gone by now."""

    key: Any
    name: str
    is_living: bool


def customers_of(change_set: ChangeSet, limit: int) -> tuple[list[TouchedCustomer], bool]:
    """The first `limit` customers whom it touched, and whether there are more."""
    pairs = ChangeSetCustomer.objects.filter(change_set=change_set).order_by("customer_id")
    keys = list(pairs.values_list("customer_id", flat=True)[: limit + 1])
    customers = Customer.all_objects.in_bulk(keys[:limit])
    former, texts, told = newest_rows(Customer, set(keys[:limit]) - set(customers)), Texts(Customer, []), []
    for key in keys[:limit]:
        customer = customers.get(key)
        name = str(customer) if customer else texts.title(former[key]) if key in former else f"{key}"
        told.append(TouchedCustomer(key, name, customer is not None and customer.merged_into_id is None))
    return told, len(keys) > limit
