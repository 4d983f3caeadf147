"""Columns of the customer that other tables' rows decide: what is in its addresses, and when it ordered last.

They are there for the list, which an index has to serve. When a change set closes, those of the customers are computed
anew of whom it wrote such rows, whatever wrote them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.models import F, OuterRef, Subquery

from .bulk import in_chunks, with_keys, write_column
from .change_sets import ChangeSet
from .search_texts import places_of


class KeptMixin:
    """A column that saving the row leaves as it is, since the instance may have been read before it was computed."""

    attname: str

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.attname)  # type: ignore[misc]


class KeptTextField(KeptMixin, models.TextField):
    pass


class KeptDateTimeField(KeptMixin, models.DateTimeField):
    pass


def keep(history_model: Any, change_set: ChangeSet, newest: int, changed: Iterable[str], *, using: str) -> None:
    """Compute the columns anew that depend on rows with history after `newest`, of which `changed` was changed."""
    depending = history_model.instance_type.kept_on_customer
    changes = [set(fields.split()) for fields in changed]  # Empty for rows that were created or deleted.
    stale = [column for column, names in depending.items() if any(not each or each & names for each in changes)]
    if stale:
        owners = sorted(_owners(history_model, change_set, newest, using))
        for chunk in in_chunks(owners, using):
            compute(stale, chunk, using=using)


def _owners(history_model: Any, change_set: ChangeSet, newest: int, using: str) -> set[int]:
    """The customers whose rows these are, and from whom they came."""
    history = history_model._base_manager.using(using)
    written = history.filter(change_set=change_set, history_id__gt=newest).order_by()
    own = set(written.values_list("customer_id", flat=True).distinct())
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    moved = written.filter(history_changed__contains=" customer ")
    former = set(moved.values_list(Subquery(earlier.values("customer_id")[:1]), flat=True).distinct())
    return (own | former) - {None}


def compute(columns: Iterable[str], keys: list[int], *, using: str) -> None:
    """Compute these columns of these customers from the rows that there are."""
    # A plain query set, since these columns are not part of the history.
    customers: Any = with_keys(models.QuerySet(_customer(), using=using), keys)
    for column in columns:
        # Locked before the other rows are read, so that of two who write at once the later one sees both. Their key
        # stays free, since rows that point to these customers may be locked by others.
        locked = customers.order_by("pk").select_for_update(no_key=True)
        if column == "places":
            _write_places(dict(locked.values_list("pk", column)), using)
        elif still_there := list(locked.values_list("pk", flat=True)):
            _write_last_orders(still_there, using)


def _write_places(stored: dict[int, str], using: str) -> None:
    present = dict(_places(stored, using))
    write_column(
        _customer(), "places", {key: text for key, text in present.items() if text != stored[key]}, using=using
    )


def _places(keys: Iterable[int], using: str) -> Iterator[tuple[int, str]]:
    addresses = defaultdict(list)
    rows: Any = models.QuerySet(apps.get_model("customer_admin", "Address"), using=using)
    rows = rows.filter(customer__in=list(keys)).values_list("customer_id", "postal_code", "city")
    for customer_id, postal_code, city in rows:
        addresses[customer_id].append((postal_code, city))
    for key in keys:
        yield key, places_of(addresses[key])


def _write_last_orders(keys: list[int], using: str) -> None:
    """One statement, which looks up each customer's last order once and leaves those alone whose is as it was."""
    Customer, Order = _customer(), apps.get_model("customer_admin", "Order")
    orders = Order.objects.filter(customer=OuterRef("pk"), status__in=Order.STATUSES_THAT_COUNT)
    last = Subquery(orders.order_by("-placed_at", "-pk").values("placed_at")[:1])
    rows: Any = (
        with_keys(models.QuerySet(Customer, using=using), keys).order_by().annotate(last=last).values("pk", "last")
    )
    connection = connections[using]
    quote, different = connection.ops.quote_name, "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    table, key = quote(Customer._meta.db_table), quote(Customer._meta.pk.column)
    computed, params = rows.query.get_compiler(using).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last_order_at = v.last FROM ({computed}) v "
            f"WHERE {table}.{key} = v.pk AND {table}.last_order_at {different} v.last",
            params,
        )


def _customer() -> Any:
    return apps.get_model("customer_admin", "Customer")
