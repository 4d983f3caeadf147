"""The rows of one change set, some at a time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, AccountNote, Customer, Order, recording
from customer_admin.selectors.change_set_rows import ChangedRows, customers_of
from tests.factories import make_address, make_class, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


def test_rows_are_counted_by_model_with_customers_first() -> None:
    with recording(actor=SYSTEM) as current:
        customer = make_customer()
        make_address(customer)
        make_order(customer, lines=2)
    rows = ChangedRows(current.change_set)
    assert [(entry.name, entry.count) for entry in rows.counts] == [
        ("Customer", 1),
        ("Address", 1),
        ("Order", 1),
        ("Order lines", 2),
    ]
    assert len(rows) == 5


def test_a_cut_may_reach_over_several_models() -> None:
    with recording(actor=SYSTEM) as current:
        customers = [make_customer() for _number in range(3)]
        for customer in customers:
            make_note(customer, body=customer.number)
    rows = ChangedRows(current.change_set)
    numbers = [str(customer) for customer in customers] + [customer.number for customer in customers]
    assert [change.title for change in rows[0:6]] == numbers
    assert [change.title for change in rows[2:5]] == numbers[2:5]
    assert [change.title for change in rows[4:100]] == numbers[4:]
    assert rows[6:9] == []


def test_only_rows_of_one_model_when_asked() -> None:
    with recording(actor=SYSTEM) as current:
        make_note(make_customer(), body="x")
    rows = ChangedRows(current.change_set, label="customer_admin.accountnote")
    assert [change.model for change in rows[0:10]] == [AccountNote]
    assert len(rows.counts) == 2
    assert len(ChangedRows(current.change_set, label="no.such")) == 0


def test_of_one_customer_only_what_is_theirs_or_was() -> None:
    one, other = make_customer(), make_customer()
    left, _stays = make_order(one, number="LEFT"), make_order(other, number="STAYS")
    with recording(actor=SYSTEM) as current:
        make_class()
        make_note(other)
        Customer.objects.update(company="Stone")
        Order.objects.filter(pk=left.pk).update(customer=other)
    assert [change.key for change in ChangedRows(current.change_set, one)[0:10]] == [one.pk, left.pk]
    assert [entry.count for entry in ChangedRows(current.change_set, other).counts] == [1, 1, 1]


def test_a_row_written_twice_counts_once() -> None:
    customer = make_customer(first_name="1")
    with recording(actor=SYSTEM) as current:
        for name in ("2", "3"):
            Customer.objects.filter(pk=customer.pk).update(first_name=name)
    rows = ChangedRows(current.change_set)
    assert len(rows) == 1
    assert [(field.before, field.after) for field in rows[0:1][0].fields] == [("1", "3")]


def test_a_page_takes_as_many_queries_whatever_the_size() -> None:
    def queries(count: int) -> int:
        customer = make_customer()
        with recording(actor=SYSTEM) as current:
            AccountNote.objects.bulk_create(AccountNote(customer=customer, body=f"{n}") for n in range(count))
        with CaptureQueriesContext(connection) as captured:
            assert len(ChangedRows(current.change_set)[0:50]) == min(count, 50)
        return len(captured)

    assert queries(500) == queries(1) <= 5


def test_customers_are_named_also_when_they_are_gone() -> None:
    with recording(actor=SYSTEM) as current:
        stays, goes = make_customer(number="A", last_name="Stays"), make_customer(number="B", last_name="Goes")
    with recording(actor=SYSTEM):
        goes.delete()
    told, more = customers_of(current.change_set, 10)
    assert [(each.name, each.is_living) for each in told] == [("Ada Stays (A)", True), ("Ada Goes (B)", False)]
    assert not more
    told, more = customers_of(current.change_set, 1)
    assert [each.key for each in told] == [stays.pk]
    assert more
