"""Who is told what: each address once, and none that nobody verified."""

import pytest

from customer_admin.models import Notification
from customer_admin.selectors.notifications import addresses_for
from tests.factories import make_customer, make_linked_email

pytestmark = pytest.mark.django_db


def test_a_notification_goes_to_the_customer_and_to_verified_addresses_of_its_kind(
    django_assert_num_queries: object,
) -> None:
    customer = make_customer(email="ada@example.com")
    make_linked_email(customer, email="orders@example.com", gets_account=False, gets_orders=True, is_verified=True)
    make_linked_email(customer, email="both@example.com", gets_orders=True, is_verified=True)
    make_linked_email(customer, email="waiting@example.com", gets_orders=True)
    make_linked_email(make_customer(), email="other@example.com", gets_orders=True, is_verified=True)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert addresses_for(customer, Notification.ORDERS) == [
            "ada@example.com",
            "orders@example.com",
            "both@example.com",
        ]
    assert addresses_for(customer, Notification.ACCOUNT) == ["ada@example.com", "both@example.com"]
    assert addresses_for(customer, "clubs") == ["ada@example.com"]


def test_a_customer_who_wants_none_is_left_out_and_linked_addresses_are_not() -> None:
    customer = make_customer(email="ada@example.com", notify_account=False)
    make_linked_email(customer, email="both@example.com", is_verified=True)
    assert addresses_for(customer, Notification.ACCOUNT) == ["both@example.com"]


def test_an_address_that_became_the_customers_own_is_told_once() -> None:
    customer = make_customer(email="Books@example.com")
    make_linked_email(customer, email="books@example.com", is_verified=True)
    assert addresses_for(customer, Notification.ACCOUNT) == ["Books@example.com"]


def test_a_customer_without_any_address_is_told_nothing() -> None:
    assert addresses_for(make_customer(email=""), Notification.ACCOUNT) == []


def test_there_is_no_such_notification() -> None:
    with pytest.raises(ValueError, match="gossip"):
        addresses_for(make_customer(), "gossip")
