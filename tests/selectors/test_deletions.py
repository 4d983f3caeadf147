"""What a deletion takes along is told for every model of every app before it happens, and holds when it does."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, Customer, recording
from customer_admin.operations import delete_customer, queue_email
from customer_admin.selectors.customers import goes_with
from customer_admin.selectors.deletions import consequences_of_deleting
from tests.factories import make_address, make_customer, make_login, make_note, make_order

pytestmark = pytest.mark.django_db
on_the_full_host = pytest.mark.skipif(not apps.is_installed("tests.hosts.full.shop"), reason="Needs models of a host.")


def make(name: str, count: int = 1, **fields: Any) -> list[Any]:
    with recording(actor=SYSTEM, reason="Test data"):
        return [apps.get_model("shop", name).objects.create(**fields) for _each in range(count)]


def of_a_full_account() -> Customer:
    customer = make_customer()
    make_address(customer, kind="billing"), make_address(customer, kind="shipping")
    make_note(customer)
    make_order(customer, lines=2), make_order(customer)
    return customer


def told(customer: Customer) -> list[tuple[str, int, bool, bool]]:
    found = consequences_of_deleting(Customer.objects.get(pk=customer.pk))
    return [(each.model.__name__, each.count, each.is_deleted, each.is_restorable) for each in found]


def test_nothing_is_told_of_a_customer_who_has_nothing() -> None:
    make_note(make_customer()), make_order(make_customer())
    assert told(make_customer()) == []
    assert goes_with(make_customer()) == []


def test_what_goes_and_what_stays_is_counted_by_model() -> None:
    assert told(of_a_full_account()) == [
        ("AccountNote", 1, True, True),
        ("Address", 2, True, True),
        ("Order", 2, False, True),
    ]


def test_it_reads_as_sentences() -> None:
    customer = of_a_full_account()
    make_login(customer)
    assert goes_with(customer) == [
        "1 account note",
        "2 addresses",
        "1 e-mail stays, without a customer.",
        "2 orders stay, without a customer.",
        "The portal login. Its username and e-mail become free for others.",
    ]


def test_it_asks_as_much_for_many_rows_as_for_one() -> None:
    few, many = of_a_full_account(), of_a_full_account()
    for _each in range(20):
        make_note(many), make_order(many)
    make_login(few), make_login(many)
    queue_email(kind="set_password", login=many.login)
    counts = []
    for customer in (few, many):
        with CaptureQueriesContext(connection) as queries:
            consequences_of_deleting(Customer.objects.select_related("portal_login__user").get(pk=customer.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_merged_account_that_stands_against_it_hides_nothing() -> None:
    customer = of_a_full_account()
    make_customer(merged_into=customer)
    assert len(told(customer)) == 3


@on_the_full_host
def test_rows_of_the_host_are_told_and_those_that_nothing_brings_back_are_marked() -> None:
    customer, other = make_customer(), make_customer()
    make("Subscription", 2, customer=customer, title="A")
    make("LoyaltyCard", customer=customer, code="A1")
    make("Parcel", 3, customer=customer), make("Parcel", customer=other)
    make("Basket", 2, customer=customer)
    assert told(customer) == [
        ("LoyaltyCard", 1, True, True),
        ("Parcel", 3, True, False),
        ("Subscription", 2, True, True),
        ("Basket", 2, False, True),
    ]
    assert goes_with(customer) == [
        "1 loyalty card",
        "2 subscriptions",
        "3 parcels, for good: they are not part of the history, so restoring the customer does not bring them back.",
        "2 baskets stay, without a customer.",
    ]


@on_the_full_host
def test_what_points_to_what_goes_is_told_as_well() -> None:
    customer = make_customer()
    (subscription,) = make("Subscription", customer=customer, title="A")
    with recording(actor=SYSTEM):
        subscription.remarks.create(text="soft")
    assert told(customer) == [("Remark", 1, True, True), ("Subscription", 1, True, True)]


@on_the_full_host
def test_what_was_told_is_what_happens() -> None:
    customer = of_a_full_account()
    make_login(customer)
    make("Subscription", 2, customer=customer, title="A"), make("Parcel", 3, customer=customer)
    expected = consequences_of_deleting(customer)
    before = {each.model: each.model._default_manager.count() for each in expected}
    delete_customer(actor=SYSTEM, customer=customer)
    gone = {model: count - model._default_manager.count() for model, count in before.items()}
    assert gone == {each.model: each.count if each.is_deleted else 0 for each in expected}
