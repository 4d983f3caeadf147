"""What about a tracked model would let its rows be written without history. The system check asks this at the start."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.deletion import CASCADE, DO_NOTHING, PROTECT, RESTRICT, Collector

from .history import Tracked, TrackedQuerySet

SEEN_BY_SIGNALS = (CASCADE, PROTECT, RESTRICT, DO_NOTHING)


def escapes_of(model: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with the model and what to do about it, a pair for each problem."""
    yield from _through_managers(model)
    yield from _through_links(model)
    yield from _through_deletion(model)
    yield from _through_other_keys(model)
    if any(not parent._meta.proxy for parent in model._meta.parents):
        parent = next(iter(model._meta.parents))
        yield (
            f"inherits the table of {parent._meta.label}, and one row in two tables has no one history",
            f"Give it a OneToOneField to {parent._meta.label} instead of inheriting, or make {parent._meta.label} "
            "abstract.",
        )


def _through_managers(model: Any) -> Iterator[tuple[str, str]]:
    hint = "Make its managers from TrackedQuerySet and name one as base_manager_name in Meta."
    named = [("base", model._base_manager), ("default", model._default_manager)]
    others = [(manager.name, manager) for manager in model._meta.managers if manager != model._default_manager]
    for name, manager in [*named, *others]:
        if not isinstance(manager.get_queryset(), TrackedQuerySet):
            yield f"its {name} manager does not record what it writes", hint
    if model._base_manager.get_queryset().query.where:
        yield (
            "its base manager hides rows, so what Django writes to those is not recorded",
            "Name a manager of all rows as base_manager_name in Meta.",
        )


def _through_links(model: Any) -> Iterator[tuple[str, str]]:
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if not issubclass(through, Tracked):
            yield (
                f"the rows of {through._meta.label} behind {field.name} are not",
                f"Write the model of the links, inherit it from Tracked, and name it as through of {field.name}.",
            )


def _through_other_keys(model: Any) -> Iterator[tuple[str, str]]:
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or isinstance(field.remote_field.model, str):
            continue
        name = field.to_fields[0]
        if name not in (None, field.remote_field.model._meta.pk.name):
            yield (
                f"its {field.name} refers to {name}, and history looks rows up by their keys",
                f"Leave to_field out of {field.name}.",
            )


def _through_deletion(model: Any) -> Iterator[tuple[str, str]]:
    if Collector(using=model._base_manager.db).can_fast_delete(model._base_manager.none()):
        yield (
            "Django deletes its rows without a signal",
            "Do not disconnect pre_delete: it is how rows that go with others are recorded.",
        )
    for field in model._meta.concrete_fields:
        on_delete = field.remote_field.on_delete if isinstance(field, models.ForeignKey) else CASCADE
        if on_delete not in SEEN_BY_SIGNALS and not getattr(on_delete, "lazy_sub_objs", False):
            name = getattr(on_delete, "__name__", None) or repr(on_delete)
            yield (
                f"what {name} does to {field.name} when the other row is deleted passes its managers by",
                f"Use CASCADE, PROTECT, RESTRICT or SET_NULL for {field.name}, or a function of your own with "
                "lazy_sub_objs = True.",
            )
