"""`Tracked`: the one way in which a model joins the history, for this app's models and for a host's own.

Built on django-simple-history, whose history tables, descriptors and comparison stay usable. What differs: each
history row belongs to a change set, which alone says who and why, and rows are written by `history_writer`.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

from django.apps import apps
from django.db import connections, models, router, transaction
from django.db.models.deletion import Collector
from django.db.models.sql.where import WhereNode
from modelcluster.fields import ParentalKey
from simple_history.models import HistoricalRecords

from .bulk import in_chunks
from .change_sets import ChangeSet
from .countered import refuse_change, refuse_deletion
from .history_writer import write_history_of
from .recording import recording_in_force


class ChangeSetRow(models.Model):
    """What every history row has besides the copied columns.

    `history_changed` names the fields in which a changed row differs from the history row before it, each between two
    spaces, so that " email " is found in it and nothing else is. It is empty for rows that were created or deleted.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+", db_index=False)
    history_changed = models.TextField(default="", editable=False)

    class Meta:
        abstract = True


class TrackedRecords(HistoricalRecords):
    """Makes the history model of a tracked model and connects the signals that fill it."""

    def __init__(self) -> None:
        super().__init__(inherit=True, bases=(ChangeSetRow,))

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        if not issubclass(sender, self.cls):
            return
        signals = models.signals
        if sender._meta.proxy:  # The same rows, and so the same history.
            signals.post_save.connect(self.post_save, sender=sender, weak=False)
            signals.pre_delete.connect(self.pre_delete, sender=sender, weak=False)
        else:
            super().finalize(sender, **kwargs)
        signals.pre_save.connect(self.pre_save, sender=sender, weak=False)

    def fields_included(self, model: Any) -> list[models.Field]:
        # What the database computes by itself follows from the other columns.
        fields = [field for field in model._meta.fields if not getattr(field, "generated", False)]
        return [field for field in fields if field.name not in model.untracked_fields]

    def copy_fields(self, model: Any) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for name, field in fields.items():
            if isinstance(field, ParentalKey):
                # A parental key must have a related name, which the copy can't have.
                fields[name] = field = models.ForeignKey(
                    field.remote_field.model,
                    on_delete=models.DO_NOTHING,
                    related_name="+",
                    null=True,
                    blank=True,
                    db_constraint=False,
                )
                field.name = name
            # A history table is asked by row and by change set; an index on each copied column would only cost.
            asked = f"{name}_id" == model.customer_path or name in model.searched_in_history
            field.db_index = field.is_relation and asked
        return fields

    def get_extra_fields(self, model: Any, fields: Any) -> dict[str, Any]:
        extra = super().get_extra_fields(model, fields)
        # Who and why stand once, in the change set.
        extra["history_user"] = property(lambda row: row.change_set.actor)
        extra["history_user_id"] = property(lambda row: row.change_set.actor_id)
        extra["history_change_reason"] = property(lambda row: row.change_set.reason)
        return extra

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        options = super().get_meta_options(model)
        options |= {"app_label": model._meta.app_label, "default_permissions": ()}
        key = model._meta.pk.attname
        own_column = (model.customer_path or key).split("__")[0]
        options["indexes"] = [
            models.Index(fields=[key, "-history_id"]),
            models.Index(fields=["change_set", own_column]),  # What of a change set is this customer's.
        ]
        return options

    # The host's settings for simple-history must not change this app's tables.
    def _get_history_id_field(self) -> models.Field:
        return models.BigAutoField(primary_key=True)

    @property
    def _date_indexing(self) -> bool:
        return False

    def pre_save(self, instance: Any, raw: bool = False, **kwargs: Any) -> None:
        if not raw:  # Refused before the row is written, not after.
            recording_in_force(type(instance))

    def post_save(self, instance: Any, created: bool, using: Any = None, raw: bool = False, **kwargs: Any) -> None:
        if not raw:
            write_history_of(type(instance), [instance.pk], "+" if created else "~", using=using)

    def pre_delete(self, instance: Any, using: Any = None, **kwargs: Any) -> None:
        key = (type(instance), instance.pk)
        if key not in recording_in_force(type(instance)).deleted:
            lock_rows(type(instance), [instance.pk], using=using)
            write_history_of(type(instance), [instance.pk], "-", using=using)

    def post_delete(self, *args: Any, **kwargs: Any) -> None:
        """The row was copied before it went."""


class TrackedQuerySet(models.QuerySet):
    """Records what it writes, in bulk as well. Raises NotRecording when no change set is open."""

    def update(self, **kwargs: Any) -> int:
        model = self.model
        refuse_change(model, kwargs)
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        if self.query.distinct_fields:
            raise TypeError("Cannot call update() after .distinct(*fields).")
        if "pk" in kwargs or any(getattr(model._meta.get_field(name), "primary_key", False) for name in kwargs):
            raise TypeError("The key of a tracked row can't be changed.")
        nothing: Any = SimpleNamespace()
        kwargs = {**{field.name: field.pre_save(nothing, add=False) for field in moving_fields(model)}, **kwargs}
        self._not_support_combined_queries("update")  # type: ignore[attr-defined]
        self._for_write = True
        changed = 0
        with transaction.atomic(using=self.db):
            wanted = self.order_by().values("pk")
            rows = model._base_manager.using(self.db).filter(pk__in=wanted).select_for_update().order_by("pk")
            keys = list(rows.values_list("pk", flat=True))
            if keys:  # Django updates nothing at all when a user is deleted to whom no tracked row points.
                recording_in_force(model)
            for chunk, rows in self._in_pieces(keys):
                changed += models.QuerySet.update(rows, **kwargs)
                refresh_stored_keys(model, chunk, kwargs, using=self.db)
                write_history_of(model, chunk, "~", using=self.db)
        self._result_cache = None
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def _in_pieces(self, keys: list[Any]) -> Iterator[tuple[list[Any], models.QuerySet]]:
        """Cut the locked rows into as many as go into one statement: their keys, and the query set to update."""
        everything = self.order_by()
        chunks = list(in_chunks(keys, self.db))
        if len(chunks) > 1 and everything.query.where:
            # What is written to one piece may change what the condition says of the next one, so it is asked before.
            chunks = [list(everything.filter(pk__in=chunk).values_list("pk", flat=True)) for chunk in chunks]
            everything.query.where = WhereNode()
        for chunk in chunks:
            yield chunk, everything.filter(pk__in=chunk)

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> list[Any]:
        recording_in_force(self.model)
        if ignore_conflicts or update_conflicts:
            raise TypeError("A tracked model can't tell which rows such a bulk_create() wrote.")
        objs = list(objs)
        for obj in objs:
            obj.fill_stored_keys()
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, batch_size, False, False, *args, **kwargs)
            write_history_of(self.model, [obj.pk for obj in created], "+", using=self.db)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        refuse_deletion(self.model)
        if self.query.is_sliced or self.query.combinator or self.query.distinct_fields or self._fields is not None:  # type: ignore[attr-defined]
            return super().delete()  # Django's own words for what can't be deleted.
        self._for_write = True
        rows = self.all().order_by().select_related(None)
        rows.query.select_for_update = False
        result = delete_recorded(rows, using=self.db)
        self._result_cache = None
        return result

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _raw_delete(self, using: str | None) -> int:
        raise TypeError(f"Rows of {self.model._meta.object_name} are tracked and are deleted one way: with history.")


TrackedManager = models.Manager.from_queryset(TrackedQuerySet, class_name="TrackedManager")


class Tracked(models.Model):
    """A model whose every write is recorded. Inherit from it; `recording(actor=…)` must be open when it is written.

    `customer_path` names the column that leads to the customer a row belongs to, from the model itself ("customer_id")
    or across one relation ("order__customer_id"); None when it belongs to none. `untracked_fields` are left out of
    history and comparison: passwords, counters, stored keys. `stored_keys` maps each column that is computed from
    others to those others; `fill_stored_keys()` computes them. `hidden_in_history` are columns that are recorded and
    tell a reader nothing. Of `concealed_fields` no screen and no export says more than that they changed.
    `read_together` are fields that people read as one, such as an address: a tuple for each line. `lost_in_history` are
    columns that no revert sets back, since what they stand for is not kept; `lost_rows` finds history rows from which
    no row can be made again. `searched_in_history` are foreign keys by which history is asked,
    `titled_by` those whose names stand before a row's own there, so that `__str__` need not look them up.
    `kept_on_customer` maps columns of the customer that are computed from these rows to the fields that decide them.

    Rows that are `is_only_countered` are written once: every door refuses to change them, but for `movable_fields`,
    which say whose they are, and to delete them, but along with what they belong to. Taking back what created one
    makes `counter_entry()`, which refers to it by `counters`. `CounteredEntry` has all of this.
    """

    customer_path: ClassVar[str | None] = None
    untracked_fields: ClassVar[tuple[str, ...]] = ()
    stored_keys: ClassVar[dict[str, tuple[str, ...]]] = {}
    hidden_in_history: ClassVar[tuple[str, ...]] = ()
    lost_in_history: ClassVar[tuple[str, ...]] = ()
    lost_rows: ClassVar[models.Q | None] = None
    searched_in_history: ClassVar[tuple[str, ...]] = ()
    concealed_fields: ClassVar[tuple[str, ...]] = ()
    read_together: ClassVar[tuple[tuple[str, ...], ...]] = ()
    titled_by: ClassVar[tuple[str, ...]] = ()
    is_only_countered: ClassVar[bool] = False
    movable_fields: ClassVar[tuple[str, ...]] = ()
    kept_on_customer: ClassVar[dict[str, frozenset[str]]] = {}

    # Only pages and images are looked up there; keeping it would triple the cost of a save.
    wagtail_reference_index_ignore = True

    objects = TrackedManager()
    history = TrackedRecords()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        written = kwargs.get("update_fields")
        if self.is_only_countered:
            if not self._state.adding:
                refuse_change(type(self), written)
            kwargs["force_insert"] = self._state.adding  # A new one with the key of another must not replace it.
        if written:
            kwargs["update_fields"] = {*written, *(field.name for field in moving_fields(type(self)))}
        if written is None:
            for field in moving_fields(type(self)):
                self.__dict__.setdefault(field.attname, None)  # A deferred column would not be written.
            sources = {name for names in self.stored_keys.values() for name in names} - self.get_deferred_fields()
            written = {name for name in sources if hasattr(getattr(self, name), "resolve_expression")}
            if not written:
                self.fill_stored_keys()
        super().save(**kwargs)
        if written:
            # The instance may hold other values that were not saved, or an expression: the row alone knows.
            fresh = refresh_stored_keys(type(self), [self.pk], written, using=str(self._state.db))
            for name, value in fresh.get(self.pk, {}).items():
                setattr(self, name, value)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        refuse_deletion(type(self))
        if self.pk is None:
            raise ValueError(f"{self._meta.object_name} object can't be deleted because it was never saved.")
        return delete_recorded([self], using=using or router.db_for_write(type(self), instance=self))

    def fill_stored_keys(self) -> None:
        """Compute the columns named in `stored_keys` from the others."""

    def counter_entry(self, *, reason: str, author: Any = None, author_label: str = "") -> Any:
        """The new entry, not saved yet, that makes nothing together with this one. `author` is the key of a user."""
        raise NotImplementedError(f"{type(self).__name__} is not only countered.")


def delete_recorded(objs: Any, *, using: str) -> tuple[int, dict[str, int]]:
    """Delete rows and all that goes with them, with one history statement per model instead of one per row."""
    collector = Collector(using=using, origin=objs)
    with transaction.atomic(using=using):
        collector.collect(objs)
        noted: set[tuple[type[models.Model], Any]] = set()
        recording = None
        for model, instances in collector.data.items():
            if issubclass(model, Tracked):
                recording = recording_in_force(model)
                keys = sorted(instance.pk for instance in instances)
                lock_rows(model, keys, using=using)
                write_history_of(model, keys, "-", using=using)
                noted |= {(model, key) for key in keys}
        if recording is None:
            return collector.delete()
        recording.deleted |= noted
        try:
            return collector.delete()
        finally:
            recording.deleted -= noted


def lock_rows(model: Any, keys: list[Any], *, using: str, no_key: bool = False) -> None:
    """Wait for whoever writes these rows, so that nothing comes between their last history row and what it says.

    With `no_key` others may still make rows that point to them.
    """
    if not connections[using].features.has_select_for_update:
        return  # One writer at a time.
    for chunk in in_chunks(keys, using):
        rows = model._base_manager.using(using).filter(pk__in=chunk).select_for_update(no_key=no_key)
        list(rows.order_by("pk").values_list("pk"))


def moving_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns that hold the time of the last write; each recorded one moves them, however it is made."""
    return [field for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]


def refresh_stored_keys(
    model: Any, keys: list[Any], changed: Iterable[str], *, using: str
) -> dict[Any, dict[str, Any]]:
    """Compute stored keys anew for rows of which `changed` columns were written without their instances.

    Answers the new values by the rows' keys.
    """
    stale = [key for key, sources in model.stored_keys.items() if not set(changed).isdisjoint(sources)]
    if not stale:
        return {}
    rows = list(model._base_manager.using(using).filter(pk__in=keys))
    for row in rows:
        row.fill_stored_keys()
    # A plain query set, since neither these columns nor their changes are part of the history.
    models.QuerySet(model, using=using).bulk_update(rows, stale)
    return {row.pk: {name: getattr(row, name) for name in stale} for row in rows}


def tracked_models() -> list[type[Tracked]]:
    """Every concrete model that is tracked, this app's and the host's."""
    return [model for model in apps.get_models() if issubclass(model, Tracked) and not model._meta.proxy]
