"""What stands against deleting customers, with the place where each thing is settled."""

from typing import Any

import pytest

from customer_admin.errors import DeleteRefused, Obstacle
from customer_admin.models import SYSTEM, Customer
from customer_admin.operations import delete_customer
from customer_admin.selectors.obstacles import obstacles_to_delete, obstacles_to_delete_many
from tests.factories import make_club, make_credit, make_customer, make_membership, make_order
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def held() -> Customer:
    """A customer whom everything holds."""
    customer = make_customer()
    make_order(customer, status="open"), make_order(customer, status="open"), make_order(customer)
    make_membership(customer, make_club(name="Cellar Circle"))
    make_membership(customer, make_club(name="Table"), status="on_hold")
    make_membership(customer, make_club(name="Old"), status="cancelled", cancel_reason="x")
    make_credit(customer, "1050.5"), make_credit(customer, 0, 3, currency="EUR")
    make_credit(customer, 9, currency="CHF"), make_credit(customer, -9, currency="CHF")
    make_customer(merged_into=customer)
    return customer


TOLD = [
    ("orders", "2 orders are still open. Complete or cancel them first."),
    ("club", "The customer is a member of Cellar Circle. Cancel the membership first."),
    ("club", "The customer is a member of Table. Cancel the membership first."),
    ("credit", "Store credit is not settled: 0.00 EUR to spend, 3.00 on hold. Bring both to 0 first."),
    ("credit", "Store credit is not settled: 1,050.50 USD to spend, 0.00 on hold. Bring both to 0 first."),
    ("merged", "Other accounts were merged into this one. Undo those merges first."),
]


def test_each_thing_is_told_with_its_place() -> None:
    customer = held()
    assert obstacles_to_delete(customer) == [Obstacle(kind, customer.pk, told) for kind, told in TOLD]


def test_deleting_is_refused_with_all_of_them() -> None:
    customer = held()
    with nothing_changes(), pytest.raises(DeleteRefused) as caught:
        delete_customer(actor=SYSTEM, customer=customer)
    assert [(each.kind, str(each)) for each in caught.value.obstacles] == TOLD
    assert caught.value.message == " ".join(told for _kind, told in TOLD)


def test_nothing_stands_against_an_account_that_is_settled() -> None:
    customer = make_customer()
    make_order(customer), make_credit(customer, 5), make_credit(customer, -5)
    make_membership(customer, status="cancelled", cancel_reason="x")
    assert obstacles_to_delete(customer) == []
    delete_customer(actor=SYSTEM, customer=customer)


def test_many_are_asked_for_at_once(django_assert_num_queries: Any) -> None:
    customers = [make_customer() for _each in range(5)]
    make_credit(customers[1]), make_order(customers[2], status="open")
    with django_assert_num_queries(4):
        found = obstacles_to_delete_many([*customers[:3], customers[3].pk, customers[4].pk])
    assert {key: [each.kind for each in some] for key, some in found.items()} == {
        customer.pk: kinds for customer, kinds in zip(customers, ([], ["credit"], ["orders"], [], []), strict=True)
    }
    assert obstacles_to_delete_many([]) == {}
