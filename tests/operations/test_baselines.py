"""A baseline takes in what the history does not know, says what it was, and does nothing the second time."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from customer_admin.errors import PermissionRefused
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    ChangeSet,
    ChangeSetCustomer,
    Customer,
    CustomerClass,
    Order,
    recording,
)
from customer_admin.operations import record_baseline
from customer_admin.selectors.drift import drift
from tests.factories import make_class, make_customer, make_manager, make_note, make_order, make_user
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_rows_without_history_get_their_first_row_of_it() -> None:
    customer = make_customer(first_name="Ada")
    execute("DELETE FROM customer_admin_historicalcustomer")
    baseline = record_baseline(actor=SYSTEM)
    assert baseline.rows == {"customer_admin.Customer": {"unrecorded": 1}}
    (row,) = Customer.history.filter(change_set=baseline.change_set)
    assert (row.history_type, row.history_changed, row.id, row.first_name) == ("~", "", customer.pk, "Ada")
    assert drift() == []
    assert ChangeSetCustomer.objects.filter(change_set=baseline.change_set, customer=customer).exists()


def test_it_is_the_systems_change_set_and_says_why() -> None:
    make_class()
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    baseline = record_baseline(actor=SYSTEM)
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set == baseline.change_set
    assert (change_set.kind, change_set.actor_kind, change_set.actor) == ("system", "system", None)
    assert change_set.reason.startswith("Taken in as found")
    assert change_set.touched_fields == " customer_admin.customerclass  customer_admin.customerclass.name "


def test_rows_that_changed_get_the_change_and_those_that_vanished_their_end() -> None:
    customer, kept = make_customer(), make_class(name="A")
    first, second = make_note(customer, body="first"), make_note(customer, body="second")
    execute("DELETE FROM customer_admin_accountnote WHERE id = %s", first.pk)
    execute("UPDATE customer_admin_accountnote SET body = 'other' WHERE id = %s", second.pk)
    baseline = record_baseline(actor=SYSTEM)
    assert baseline.rows == {"customer_admin.AccountNote": {"changed": 1, "vanished": 1}}
    rows = AccountNote.history.filter(change_set=baseline.change_set).order_by("id")
    assert list(rows.values_list("history_type", "id", "body", "history_changed")) == [
        ("-", first.pk, "first", ""),
        ("~", second.pk, "other", " body "),
    ]
    assert CustomerClass.history.filter(id=kept.pk).count() == 1
    assert drift() == []


def test_a_row_that_came_back_is_taken_in() -> None:
    order = make_order()
    execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM customer_admin_order")
    with recording(actor=SYSTEM):
        order.delete()
    execute("INSERT INTO customer_admin_order SELECT * FROM kept")
    execute("DROP TABLE kept")
    record_baseline(actor=SYSTEM)
    assert [row.history_type for row in Order.history.order_by("history_id")] == ["+", "-", "~"]


def test_a_customer_to_whom_rows_were_given_and_the_one_who_lost_them_are_both_touched() -> None:
    former, owner = make_customer(), make_customer()
    make_order(former)
    execute("UPDATE customer_admin_order SET customer_id = %s", owner.pk)
    touched = ChangeSetCustomer.objects.filter(change_set=record_baseline(actor=SYSTEM).change_set)
    assert set(touched.values_list("customer_id", flat=True)) == {former.pk, owner.pk}


def test_what_loaddata_brought_is_found_and_taken_in(tmp_path: Path) -> None:
    kept, changed = make_class(name="kept"), make_class(name="changed")
    fixture = tmp_path / "classes.json"
    call_command("dumpdata", "customer_admin.customerclass", output=str(fixture), verbosity=0)
    with recording(actor=SYSTEM):
        CustomerClass.objects.filter(pk=changed.pk).update(name="other by now")
        CustomerClass.objects.filter(pk=kept.pk).delete()
    fixture.write_text(fixture.read_text().replace('"kept"', '"loaded"'))
    call_command("loaddata", str(fixture), verbosity=0)
    assert {(found.key, found.kind) for found in drift()} == {(kept.pk, "changed"), (changed.pk, "changed")}
    baseline = record_baseline(actor=SYSTEM)
    rows = CustomerClass.history.filter(change_set=baseline.change_set).order_by("id")
    assert list(rows.values_list("history_type", "name")) == [("~", "loaded"), ("~", "changed")]


def test_a_second_baseline_finds_nothing() -> None:
    make_class()
    execute("DELETE FROM customer_admin_historicalcustomerclass")
    record_baseline(actor=SYSTEM)
    with nothing_changes():
        baseline = record_baseline(actor=SYSTEM)
    assert (baseline.rows, baseline.change_set) == ({}, None)


def test_only_the_named_models_are_taken_in() -> None:
    make_class(), make_customer()
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    execute("UPDATE customer_admin_customer SET first_name = 'B'")
    baseline = record_baseline(actor=SYSTEM, models=[Customer])
    assert baseline.rows == {"customer_admin.Customer": {"changed": 1}}
    assert [found.model for found in drift()] == ["customer_admin.CustomerClass"]
    record_baseline(actor=SYSTEM)


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    make_class()
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    with nothing_changes():
        dry = record_baseline(actor=SYSTEM, dry_run=True)
    assert (dry.rows, dry.change_set) == ({"customer_admin.CustomerClass": {"changed": 1}}, None)
    assert record_baseline(actor=SYSTEM).rows == dry.rows


def test_a_superuser_may_and_nobody_else() -> None:
    make_class()
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    manager, root = make_manager(), make_user(is_superuser=True)
    with nothing_changes(), pytest.raises(PermissionRefused):
        record_baseline(actor=manager)
    baseline = record_baseline(actor=root, reason="Moved by hand")
    assert baseline.change_set is not None
    assert (baseline.change_set.actor, baseline.change_set.reason) == (root, "Moved by hand")


def test_rows_in_several_pieces_are_all_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [make_class() for _each in range(5)]
    execute("DELETE FROM customer_admin_customerclass WHERE id IN (%s, %s, %s)", *[row.pk for row in rows[:3]])
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    pieces = lambda keys, using: iter([keys[:2], keys[2:]])  # noqa: E731
    for module in ("operations.baselines", "models.vanished"):
        monkeypatch.setattr(f"customer_admin.{module}.in_chunks", pieces)
    assert record_baseline(actor=SYSTEM).rows == {"customer_admin.CustomerClass": {"changed": 2, "vanished": 3}}
    assert drift() == []


@on_postgresql
def test_a_baseline_and_a_writer_at_once_end_without_drift() -> None:
    rows = [make_class(name="0") for _each in range(30)]
    for turn in range(5):
        execute("UPDATE customer_admin_customerclass SET free_tastings = %s", turn + 1)

        def write(turn: int = turn) -> None:
            with recording(actor=SYSTEM):
                CustomerClass.objects.filter(pk__in=[row.pk for row in rows]).update(name=f"{turn}")

        def baseline() -> None:
            record_baseline(actor=SYSTEM)

        answers = run_together(write, baseline)
        assert answers == [None, None]
        assert drift() == []
