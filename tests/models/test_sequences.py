"""Numbers that are never given twice."""

import pytest
from django.db import connection, transaction

from customer_admin.models import SYSTEM, recording
from customer_admin.models.sequences import SEQUENCES, next_values
from tests.factories import make_customer
from tests.threads import on_postgresql, run_together

pytestmark = pytest.mark.django_db


def test_numbers_rise_and_never_come_twice() -> None:
    drawn = [*next_values("customer_number"), *next_values("customer_number", 5), *next_values("customer_number")]
    assert drawn == list(range(drawn[0], drawn[0] + 7))
    assert drawn[0] >= SEQUENCES["customer_number"]


def test_no_numbers_are_drawn_for_nobody() -> None:
    assert next_values("customer_number", 0) == []


def test_sequences_do_not_share_their_numbers() -> None:
    first = next_values("change_set_closed")[0]
    next_values("customer_number", 50)
    assert next_values("change_set_closed") == [first + 1]


def test_a_deleted_customers_number_is_not_given_again() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        customer.delete()
    assert f"T{next_values('customer_number')[0]}" > customer.number


@pytest.mark.django_db(transaction=True)
def test_a_number_lost_in_a_rollback_is_not_given_again_on_postgresql() -> None:
    next_values("customer_number")
    with transaction.atomic():
        lost = next_values("customer_number")[0]
        transaction.set_rollback(True)
    following = next_values("customer_number")[0]
    # On SQLite nobody can have seen the lost one: there is one writer, and all that used it is undone.
    assert following == (lost + 1 if connection.vendor == "postgresql" else lost)


@on_postgresql
def test_many_writers_draw_at_once_and_none_waits() -> None:
    drawn = run_together(*[lambda: [next_values("customer_number")[0] for _each in range(50)]] * 6)
    numbers = [number for one in drawn for number in one]
    assert len(set(numbers)) == 300
    assert all(one == sorted(one) for one in drawn)
