"""What deleting a customer would do to rows of any model of any app, found as Django would and without deleting."""

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from customer_admin.models import ChangeSet, Customer, PortalLogin, Tracked
from customer_admin.models.kept_keys import KeptForeignKey


@dataclass(frozen=True)
class Consequence:
    """How many rows of one model go along, or stay without a customer.

    Rows that go and are not `is_restorable` are in no history: restoring the customer does not bring them back.
    """

    model: type[models.Model]
    count: int
    is_deleted: bool
    is_restorable: bool

    @property
    def what(self) -> str:
        """The model's name for that many rows."""
        meta = self.model._meta
        return str(meta.verbose_name if self.count == 1 else meta.verbose_name_plural)


def consequences_of_deleting(customer: Customer) -> list[Consequence]:
    """One entry for each model with such rows, by name; without the customer, the login and the user behind it.

    It asks as many questions for many rows as for one. Rows that stand against the deletion are left out.
    """
    collector = Collector(using=customer._state.db or "default", origin=customer)
    _collect(collector, customer)
    if customer.login is not None:
        _collect(collector, customer.login.user)
    told = [
        Consequence(model, count, is_deleted=True, is_restorable=issubclass(model, Tracked))
        for model, count in _deleted(collector).items()
        if model not in (Customer, PortalLogin, get_user_model())
        and not getattr(model, "is_computed", False)  # Such as possible duplicates, which are found anew.
    ]
    told += [
        Consequence(model, count, is_deleted=False, is_restorable=True)
        for model, count in (_kept(collector) | _outliving(customer)).items()
    ]
    return sorted((each for each in told if each.count), key=lambda each: (not each.is_deleted, each.what))


def _collect(collector: Collector, row: models.Model) -> None:
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError):
        """What is protected is told elsewhere; all others have been collected by now."""


def _deleted(collector: Collector) -> dict[Any, int]:
    found: dict[Any, int] = {model: len(rows) for model, rows in collector.data.items()}
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for rows in collector.fast_deletes:
        by_model[rows.model].append(rows)
    return found | {model: _count(several) for model, several in by_model.items()}


def _kept(collector: Collector) -> dict[Any, int]:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for (field, _value), several in collector.field_updates.items():
        if field.related_model is Customer:
            by_model[field.model] += several
    going = {model: [row.pk for row in collector.data.get(model, ())] for model in by_model}
    return {model: _count(several, without=going[model]) for model, several in by_model.items()}


def _outliving(customer: Customer) -> dict[Any, int]:
    relations: list[Any] = [each for each in Customer._meta.related_objects if isinstance(each.field, KeptForeignKey)]
    return {
        each.related_model: each.related_model._base_manager.filter(**{each.field.name: customer}).count()
        for each in relations
    }


def _count(several: list[models.QuerySet], without: list[Any] | None = None) -> int:
    rows = reduce(or_, several)
    return (rows.exclude(pk__in=without) if without else rows).count()


def deletion_of(key: Any) -> ChangeSet | None:
    """The change set that deleted the customer who had this key, when there was one."""
    return deletion_of_row(Customer, key)


def deletion_of_row(model: type[Tracked], key: Any) -> ChangeSet | None:
    """The same for a row of any tracked model."""
    rows = model.history.filter(id=key, history_type="-").order_by("-history_id").select_related("change_set")
    row = rows.first()
    return row.change_set if row is not None else None
