"""The history of one customer: the first rows of each change set, however large that is."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, AccountNote, Customer, Order, OrderLine, recording
from customer_admin.selectors.timelines import ROWS_SHOWN, Told, change_sets_of_customer, changes_for_customer
from tests.factories import make_address, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


def newest(customer: Customer) -> Told:
    change_sets = list(change_sets_of_customer(customer)[:1])
    return changes_for_customer(change_sets, customer)[change_sets[0].pk]


def titles(told: Told) -> list[str]:
    return [change.title for change in told.rows]


def test_no_more_than_the_first_rows_of_a_change_set_are_told() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        for number in range(ROWS_SHOWN + 1):
            make_note(customer, body=f"Note {number}")
    told = newest(customer)
    assert titles(told) == [f"Note {number}" for number in range(ROWS_SHOWN)]
    assert told.has_more


def test_a_change_set_that_is_told_in_full_says_so() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        for number in range(ROWS_SHOWN):
            make_note(customer, body=f"Note {number}")
        make_address(customer)
    told = newest(customer)
    assert len(told.rows) == ROWS_SHOWN + 1
    assert not told.has_more


def test_a_row_that_was_written_very_often_is_told_from_its_first_to_its_last_value() -> None:
    customer = make_customer(first_name="0")
    with recording(actor=SYSTEM):
        for number in range(1, 60):
            Customer.objects.filter(pk=customer.pk).update(first_name=f"{number}")
    (change,) = newest(customer).rows
    assert [(field.before, field.after) for field in change.fields] == [("0", "59")]


def test_of_a_change_of_many_customers_each_sees_what_is_theirs() -> None:
    customers = [make_customer() for _number in range(30)]
    with recording(actor=SYSTEM):
        Customer.objects.update(referral_source="Fair")
    for customer in (customers[0], customers[-1]):
        told = newest(customer)
        assert [change.key for change in told.rows] == [customer.pk]
        assert not told.has_more


def test_an_order_that_left_tells_so_among_many_that_did_not() -> None:
    giver, other, taker = make_customer(), make_customer(), make_customer()
    left = make_order(giver, number="LEFT")
    for number in range(30):
        make_order(other, number=f"OTHER-{number}")
    with recording(actor=SYSTEM):
        Order.objects.update(customer=taker)
    told = newest(giver)
    assert [change.key for change in told.rows] == [left.pk]
    assert [(field.before, field.after) for field in told.rows[0].fields] == [(str(giver), str(taker))]
    assert newest(taker).has_more


def test_an_order_that_is_only_edited_after_it_left_is_no_longer_told() -> None:
    giver, taker = make_customer(), make_customer()
    make_order(giver)
    with recording(actor=SYSTEM):
        Order.objects.update(customer=taker)
    with recording(actor=SYSTEM):
        Order.objects.update(channel="Shop")
    assert change_sets_of_customer(giver).count() == 3
    assert change_sets_of_customer(taker).count() == 3


def test_the_lines_of_an_order_that_moved_or_was_deleted_are_still_told() -> None:
    customer, other = make_customer(), make_customer()
    with recording(actor=SYSTEM, reason="new") as new:
        moved, deleted = make_order(customer, lines=1), make_order(customer, lines=2)
    with recording(actor=SYSTEM):
        Order.objects.filter(pk=moved.pk).update(customer=other)
        deleted.delete()
    changes = changes_for_customer([new.change_set], customer)[new.change_set.pk]
    assert [change.model for change in changes.rows] == [Order, Order, OrderLine, OrderLine, OrderLine]


def test_a_change_set_without_rows_of_the_customer_tells_nothing() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        make_note(make_customer())
    assert changes_for_customer([current.change_set], customer) == {}


def count_queries(customer: Customer) -> int:
    with CaptureQueriesContext(connection) as queries:
        changes_for_customer(list(change_sets_of_customer(customer)), customer)
    return len(queries)


def test_a_large_change_set_takes_as_many_queries_as_a_small_one() -> None:
    def write(customer: Any, count: int) -> None:
        with recording(actor=SYSTEM):
            AccountNote.objects.bulk_create(AccountNote(customer=customer, body=f"{n}") for n in range(count))

    few, many = make_customer(), make_customer()
    write(few, 1)
    write(many, 200)
    assert count_queries(many) == count_queries(few) <= 12
