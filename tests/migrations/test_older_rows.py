"""From the first published state with rows, history and groups to the present one, and back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from customer_admin.models import SYSTEM, ChangeSet, ChangeSetCustomer, CustomerClass, Order, recording, tracked_models
from tests.factories import make_address, make_customer, make_note, make_order, make_staff

pytestmark = pytest.mark.django_db(transaction=True)

OLD = ("customer_admin", "0002_postgresql_search_and_sequences")
NEW_PERMISSIONS = {"audit_changeset", "revert_changeset", "undo_changeset"}


def to_old() -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate([OLD]).apps


def to_new() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def _back_to_new() -> Iterator[None]:
    yield
    to_new()


def permissions_of(group: str) -> set[str]:
    found = Permission.objects.filter(group__name=group, content_type__model="changeset")
    return set(found.values_list("codename", flat=True)) & NEW_PERMISSIONS


def history_rows() -> dict[str, list[dict[str, Any]]]:
    models = [model.history.model for model in tracked_models() if model._meta.app_label == "customer_admin"]
    rows = {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}
    for row in (row for several in rows.values() for row in several):
        row["history_changed"] = sorted(row["history_changed"].split())  # In which order it names them says nothing.
    return rows


def written_by_the_product() -> None:
    first, second = make_customer(first_name="Ada"), make_customer()
    note, order = make_note(first), make_order(first, lines=2)
    make_address(first)
    with recording(actor=make_staff("ann"), kind="merge", reason="Twice"):
        Order.objects.update(customer=second, email="a@example.com")
        first.first_name, first.phone = "Grace", "1"
        first.save()
        note.delete()
    with recording(actor=SYSTEM):
        order.customer = None
        order.save()
        first.delete()


@pytest.mark.usefixtures("_back_to_new")
def test_older_rows_are_told_of_as_the_product_tells_now() -> None:
    written_by_the_product()
    history = history_rows()
    change_sets = list(ChangeSet.objects.order_by("pk").values_list("pk", "closed", "touched_fields", "reason"))
    pairs = list(ChangeSetCustomer.objects.order_by("pk").values_list("change_set", "customer", "closed"))
    assert ["customer", "email"] in [row["history_changed"] for row in history["customer_admin.HistoricalOrder"]]
    Group.objects.all().delete()
    Permission.objects.filter(codename__in=NEW_PERMISSIONS).delete()

    to_old(), to_new()

    assert history_rows() == history
    assert list(ChangeSet.objects.order_by("pk").values_list("pk", "closed", "touched_fields", "reason")) == change_sets
    assert list(ChangeSetCustomer.objects.order_by("pk").values_list("change_set", "customer", "closed")) == pairs
    # Which of them gave a row away can't be told any more, so each of them may have.
    assert set(ChangeSetCustomer.objects.values_list("gave_away", flat=True)) == {True}
    # Without groups to give them to, permissions are made as in every new installation, which is later.
    assert not Permission.objects.filter(codename__in=NEW_PERMISSIONS).exists()


def fill_old_tables(old: Any) -> None:
    change_set = old.get_model("customer_admin", "ChangeSet").objects.create(
        kind="edit", actor_kind="system", actor_label="System", closed=7
    )
    live = {"name": "B", "code": "a", "free_tastings": 2}
    row = old.get_model("customer_admin", "CustomerClass").objects.create(**live, updated_at=timezone.now())
    for kind, name, tastings in [
        ("+", "A", 0),
        ("~", "B", 1),
        ("~", "B", 1),
        ("~", "B", 2),
        ("-", "B", 2),
        ("~", "B", 2),
    ]:
        old.get_model("customer_admin", "HistoricalCustomerClass").objects.create(
            id=row.pk,
            history_date=timezone.now(),
            history_type=kind,
            change_set=change_set,
            **{**live, "name": name, "free_tastings": tastings},
        )
    old.get_model("customer_admin", "ChangeSetCustomer").objects.create(change_set=change_set, customer_id=123)


@pytest.mark.usefixtures("_back_to_new")
def test_tables_of_the_old_state_are_filled_and_its_groups_get_the_new_permissions() -> None:
    old = to_old()
    fill_old_tables(old)
    Permission.objects.filter(codename__in=NEW_PERMISSIONS, content_type__app_label="customer_admin").delete()
    Group.objects.create(name="Clerks")

    to_new()

    assert list(CustomerClass.history.order_by("history_id").values_list("history_type", "history_changed")) == [
        ("+", ""), ("~", " name  free_tastings "), ("~", ""), ("~", " free_tastings "), ("-", ""), ("~", ""),
    ]  # fmt: skip
    assert ChangeSet.objects.get().touched_fields == (
        " customer_admin.customerclass  customer_admin.customerclass.free_tastings  customer_admin.customerclass.name "
    )
    assert list(ChangeSetCustomer.objects.values_list("customer_id", "closed", "gave_away")) == [(123, 7, True)]
    assert permissions_of("Customer auditors") == permissions_of("Customer managers") == NEW_PERMISSIONS
    assert permissions_of("Customer staff") == permissions_of("Clerks") == set()
