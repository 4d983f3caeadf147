"""Who may have placed orders without a customer: the reasons, their order, and what stays open."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, Customer, Order, recording
from customer_admin.selectors.suggestions import (
    clear_one,
    orders_with_suggestion,
    orders_without_customer,
    suggestions_for,
)
from tests.factories import make_address, make_customer, make_linked_email, make_login, make_order

pytestmark = pytest.mark.django_db
ADDRESS = "Ada Stone\n1 Main Street\n45501 Springfield"


def suggested(order: Order) -> list[tuple[Customer, str]]:
    return [(each.customer, each.reasons) for each in suggestions_for([order])[order.pk]]


def test_the_same_email_is_a_reason_however_it_is_written() -> None:
    ada = make_customer(email="Ädä@Example.com")
    make_customer(email="ada@example.com")  # Sorted alike, and another address.
    assert suggested(make_order(None, email="ädä@EXAMPLE.com")) == [(ada, "same e-mail address")]


def test_an_email_of_the_login_or_a_verified_linked_one_is_a_reason() -> None:
    ada, ben = make_customer(email=""), make_customer(email="")
    make_login(ada, email="shop@example.com")
    make_linked_email(ben, email="books@example.com", is_verified=True)
    make_linked_email(ada, email="books@example.com")
    assert suggested(make_order(None, email="Shop@example.com")) == [(ada, "same e-mail address as the portal login")]
    assert suggested(make_order(None, email="books@EXAMPLE.com")) == [(ben, "same e-mail address as a linked one")]


def test_a_phone_that_is_printed_in_the_address_is_a_reason() -> None:
    ada = make_customer(phone="(503) 555-0177")
    make_customer(phone="503 555 0178")
    order = make_order(None, billing_address="Somebody\n12 Elm\nTel. +1 503 555 0177")
    assert suggested(order) == [(ada, "same phone number")]


@pytest.mark.parametrize("field", ["billing_address", "shipping_address"])
@pytest.mark.parametrize("code", ["45501", "SW1A 1AA"])
def test_the_same_name_and_postal_code_is_a_reason(field: str, code: str) -> None:
    ada, firm = (
        make_customer(first_name="Áda", last_name="Stone"),
        make_customer(first_name="", last_name="", company="Elm & Co"),
    )
    other = make_customer(first_name="Ada", last_name="Stone")
    make_address(ada, postal_code=code), make_address(firm, postal_code=code), make_address(other, postal_code="9")
    printed = f"%s\n1 Main Street\n{code} Springfield"
    assert suggested(make_order(None, **{field: printed % "ADA STONE"})) == [(ada, "same name and postal code")]
    assert suggested(make_order(None, **{field: printed % "Elm & Co"})) == [(firm, "same name and postal code")]
    assert suggested(make_order(None, **{field: printed % "Eve Stone"})) == []


def test_the_strongest_comes_first_and_two_as_strong_are_left_open() -> None:
    both = make_customer(email="ada@example.com")
    make_address(both, postal_code="45501")
    name_alone = make_customer()
    make_address(name_alone, postal_code="45501")
    order = make_order(None, email="ada@example.com", billing_address=ADDRESS)
    found = suggestions_for([order])[order.pk]
    assert [each.customer for each in found] == [both, name_alone]
    assert found[0].reasons == "same e-mail address, same name and postal code"
    assert clear_one(found) == both
    order = make_order(None, billing_address=ADDRESS)
    assert clear_one(suggestions_for([order])[order.pk]) is None
    assert clear_one([]) is None


def test_merged_accounts_are_not_suggested_but_lead_to_the_one_that_stayed() -> None:
    stayed = make_customer(email="")
    gone = make_customer(email="shop@example.com")
    make_login(gone, email="shop@example.com")
    with recording(actor=SYSTEM):
        Customer.all_objects.filter(pk=gone.pk).update(merged_into=stayed)
    assert [each for each, _why in suggested(make_order(None, email="shop@example.com"))] == [stayed]


def test_orders_with_a_suggestion_are_found() -> None:
    make_customer(email="ada@example.com")
    known = make_order(None, email="ada@example.com")
    make_order(None, email="eve@example.com"), make_order(make_customer(), email="ada@example.com")
    assert list(orders_with_suggestion(orders_without_customer())) == [known]


def test_many_orders_ask_as_much_as_one() -> None:
    def asked(orders: list[Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert all(suggestions_for(orders).values())
        return len(queries)

    orders = []
    for number in range(20):
        make_address(
            make_customer(email=f"ada{number}@example.com", phone=f"503 555 01{number:02}"), postal_code="45501"
        )
        printed = f"{ADDRESS}\n503 555 01{number:02}"
        orders.append(make_order(None, email=f"ada{number}@example.com", billing_address=printed))
    assert asked(orders) == asked(orders[:1]) == 6
