"""What was written behind the history's back is found, whatever it was."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from customer_admin.models import SYSTEM, CustomerClass, Order, recording
from customer_admin.selectors.drift import Drift, drift
from tests.factories import make_address, make_class, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _undone(_nothing_escaped_the_history: None) -> Iterator[None]:
    """What these tests do behind the history's back is rolled back, since each test must end without drift."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_nothing_is_found_where_all_is_recorded() -> None:
    customer = make_customer()
    make_address(customer), make_note(customer), make_order(customer, lines=2)
    with recording(actor=SYSTEM):
        customer.delete()
        make_class().delete()
    assert drift() == []


def test_a_changed_row_is_found() -> None:
    customer_class = make_class(name="A")
    execute("UPDATE customer_admin_customerclass SET name = %s", "B")
    assert drift() == [Drift("customer_admin.CustomerClass", customer_class.pk, "changed")]


def test_a_value_that_became_null_is_found() -> None:
    order = make_order(make_customer())
    execute("UPDATE customer_admin_order SET customer_id = NULL")
    assert drift() == [Drift("customer_admin.Order", order.pk, "changed")]


def test_a_value_that_was_null_is_found() -> None:
    order, customer = make_order(), make_customer()
    execute("UPDATE customer_admin_order SET customer_id = %s", customer.pk)
    assert drift() == [Drift("customer_admin.Order", order.pk, "changed")]


def test_a_row_that_vanished_is_found() -> None:
    note = make_note(make_customer())
    execute("DELETE FROM customer_admin_accountnote")
    assert drift() == [Drift("customer_admin.AccountNote", note.pk, "vanished")]


def test_a_row_without_history_is_found() -> None:
    customer_class = make_class()
    execute("DELETE FROM customer_admin_historicalcustomerclass")
    assert drift() == [Drift("customer_admin.CustomerClass", customer_class.pk, "unrecorded")]


def test_a_row_that_came_back_is_found() -> None:
    order = make_order()
    execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM customer_admin_order")
    key = order.pk
    with recording(actor=SYSTEM):
        order.delete()
    execute("INSERT INTO customer_admin_order SELECT * FROM kept")
    assert Order.objects.filter(pk=key).exists()
    assert drift() == [Drift("customer_admin.Order", key, "changed")]


def test_untracked_columns_are_not_compared() -> None:
    make_customer()
    execute("UPDATE customer_admin_customer SET search_text = %s, updated_at = %s", "x", "2001-01-01 00:00:00+00:00")
    assert drift() == []


def test_the_next_recorded_change_takes_the_drift_in() -> None:
    make_class(name="A")
    execute("UPDATE customer_admin_customerclass SET name = %s", "B")
    with recording(actor=SYSTEM):
        CustomerClass.objects.update(code="other")
    assert drift() == []
    assert list(CustomerClass.history.order_by("history_id").values_list("name", flat=True)) == ["A", "B"]
