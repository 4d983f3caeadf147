"""Figures of merges: what moving all rows of an account costs beside the bare statements, and the look before it."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from .changes import _bare_change_set, _bare_history, _seconds
from .imports import _line
from .scratch import empty_database

LOOKS = 20


def figures(rows: int, rounds: int) -> Iterator[str]:
    """One line per figure: merging an account with `rows` orders, taking it back, and the preview."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from customer_admin.operations import merge_customers
    from customer_admin.selectors.merges import merge_preview

    empty_database()
    stays, goes, other, actor = _seed(rows)
    bare: list[float] = []
    merged: list[float] = []
    reverted: list[float] = []
    for number in range(rounds):
        source, target = ((goes, other), (other, goes))[number % 2]
        bare.append(_seconds(lambda source=source, target=target: _bare_move(source.pk, target.pk)))
    _back_to(goes, rows)
    with CaptureQueriesContext(connection) as captured:
        merge_preview(stays, [goes])
    looks = [_seconds(lambda: merge_preview(stays, [goes])) for _each in range(LOOKS)]
    for _number in range(rounds):
        made: list[Any] = []
        merged.append(
            _seconds(lambda made=made: made.append(merge_customers(actor=actor, survivor=stays, duplicates=[goes])))
        )
        reverted.append(_seconds(lambda made=made: _revert(made[0].change_set, actor)))
    yield _line(f"{rows:,} orders given to another by two bare statements", median(bare) * 1000, "ms", rounds)
    yield _line(f"account with {rows:,} orders merged", median(merged) / median(bare), "times as long", rounds)
    yield _line(f"merge of {rows:,} orders taken back", median(reverted) / median(bare), "times as long", rounds)
    yield _line(f"preview of a merge of {rows:,} orders", median(looks) * 1000, "ms", LOOKS)
    yield _line("preview of a merge", len(captured), "queries", 1)


def _seed(rows: int) -> tuple[Any, Any, Any, Any]:
    """Three customers, of whom the second has `rows` orders, and a manager."""
    from decimal import Decimal

    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.utils import timezone
    from wagtail.models import Site

    from customer_admin.models import SYSTEM, Customer, Order, recording

    site, now = Site.objects.get(is_default_site=True), timezone.now()
    with recording(actor=SYSTEM):
        customers = Customer.objects.bulk_create(
            [Customer(number=f"M{n}", site=site, last_name=f"Stone {n}") for n in range(3)]
        )
        Order.objects.bulk_create(
            [
                Order(number=f"M{n}", customer=customers[1], placed_at=now, currency="EUR", total=Decimal(n))
                for n in range(rows)
            ]
        )
    User = get_user_model()
    User.objects.filter(username="bench").delete()
    actor = User.objects.create(username="bench")
    actor.groups.add(Group.objects.get(name="Customer managers"))
    return (*customers, actor)


def _bare_move(source: int, target: int) -> None:
    """One UPDATE and one INSERT … SELECT over the orders of a customer, and nothing else."""
    from django.db import connection, transaction

    from customer_admin.models import ChangeSet, Order

    with transaction.atomic(), connection.cursor() as cursor:
        change_set = _bare_change_set(cursor, ChangeSet._meta.db_table)
        cursor.execute("UPDATE customer_admin_order SET customer_id = %s WHERE customer_id = %s", [target, source])
        _bare_history(cursor, Order, change_set, "WHERE customer_id = %s", [target])


def _back_to(customer: Any, rows: int) -> None:
    """What the bare statements wrote goes again, so that the merge meets a true history."""
    from django.db import models

    from customer_admin.models import ChangeSet, Order

    models.QuerySet(Order).update(customer=customer)
    written = Order.history.filter(history_type="~")
    keys = list(written.order_by().values_list("change_set_id", flat=True).distinct())
    written._raw_delete("default")
    ChangeSet.objects.filter(pk__in=keys)._raw_delete("default")
    assert Order.objects.filter(customer=customer).count() == rows


def _revert(change_set: Any, actor: Any) -> None:
    from customer_admin.operations import revert_change_set

    assert revert_change_set(actor=actor, change_set=change_set).change_set is not None
