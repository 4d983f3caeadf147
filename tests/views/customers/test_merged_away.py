"""Old addresses: of accounts that were merged, and of records that went to another customer."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from customer_admin.models import SYSTEM, Customer, recording
from customer_admin.operations import merge_customers
from customer_admin.selectors.merges import LEAVE
from customer_admin.views.customers.tabs import page_url
from tests.factories import (
    make_customer,
    make_linked_email,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_payment_method,
    make_user,
)
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Any:
    manager = make_manager()
    client.force_login(manager)
    return manager


@pytest.fixture
def stays() -> Customer:
    return make_customer(number="C-10")


@pytest.fixture
def goes() -> Customer:
    return make_customer(number="C-13")


def told(response: Any) -> list[str]:
    return [each.message.strip() for each in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("name", ["inspect", "edit", "history", "usage", "orders", "login_add", "payment_method_add"])
@pytest.mark.parametrize("query", ["", "?year=2020"])
def test_each_screen_of_a_merged_account_opens_at_the_one_that_stayed(
    client: Client, manager: Any, stays: Customer, goes: Customer, name: str, query: str
) -> None:
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    response = client.get(reverse(f"customers:{name}", args=[goes.pk]) + query)
    assert response.url == reverse(f"customers:{name}", args=[stays.pk]) + query
    assert told(response) == ["C-13 was merged into this account."]


def test_tabs_open_at_the_one_that_stayed_and_what_is_loaded_into_a_page_does_not(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    tab = reverse("customers:tab", args=[goes.pk, "notes"])
    assert client.get(tab).url == reverse("customers:tab", args=[stays.pk, "notes"])
    assert client.get(reverse("customers:tab_panel", args=[goes.pk, "notes"])).status_code == 404


def test_nobody_is_asked_to_delete_the_one_that_stayed(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    assert client.get(reverse("customers:delete", args=[goes.pk])).url == page_url(stays)


def test_what_is_sent_to_a_merged_account_is_told_as_not_saved(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    for name in ("edit", "delete", "note_add"):
        with nothing_changes():
            response = client.post(reverse(f"customers:{name}", args=[goes.pk]), {"body": "x", "last_name": "x"})
        assert response.url == page_url(stays)
        assert "nothing was saved" in told(response)[-1]


def test_who_may_not_see_customers_learns_nothing(client: Client, stays: Customer, goes: Customer) -> None:
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    client.force_login(make_user(permissions=("change_portallogin",)))
    response = client.get(reverse("customers:login_edit", args=[goes.pk]))
    assert response.status_code == 404


ROWS = [
    (make_note, "note_edit", "customer_admin.accountnote.customer"),
    (make_payment_method, "payment_method_edit", "customer_admin.savedpaymentmethod.customer"),
    (make_linked_email, "linked_email_edit", "customer_admin.linkedemail.customer"),
    (make_membership, "club_edit", "customer_admin.clubmembership.customer"),
    (make_order, "order", "customer_admin.order.customer"),
]


@pytest.mark.parametrize(("make", "name", "relation"), ROWS)
def test_what_moved_opens_at_its_old_address(
    client: Client, manager: Any, stays: Customer, goes: Customer, make: Any, name: str, relation: str
) -> None:
    row = make(goes)
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    response = client.get(reverse(f"customers:{name}", args=[goes.pk, row.pk]), follow=True)
    assert response.redirect_chain == [(reverse(f"customers:{name}", args=[stays.pk, row.pk]), 302)]
    assert response.status_code == 200


@pytest.mark.parametrize(("make", "name", "relation"), ROWS)
def test_what_stayed_behind_is_told(
    client: Client, manager: Any, stays: Customer, goes: Customer, make: Any, name: str, relation: str
) -> None:
    row = make(goes)
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes], choices={relation: LEAVE})
    response = client.get(reverse(f"customers:{name}", args=[stays.pk, row.pk]))
    assert response.status_code == 302
    expected = "does not belong to this customer" if name == "order" else "stayed behind with C-13"
    assert expected in told(response)[0]
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(("make", "name", "relation"), ROWS)
def test_what_went_to_another_customer_opens_there(
    client: Client, manager: Any, stays: Customer, goes: Customer, make: Any, name: str, relation: str
) -> None:
    row = make(goes)
    address = reverse(f"customers:{name}", args=[goes.pk, row.pk])
    with recording(actor=SYSTEM):
        type(row)._base_manager.filter(pk=row.pk).update(customer=stays)
    assert client.get(address).url == reverse(f"customers:{name}", args=[stays.pk, row.pk])
    never = make_customer()
    assert client.get(reverse(f"customers:{name}", args=[never.pk, row.pk])).status_code == 404
    if name != "order":
        with nothing_changes():
            response = client.post(address, {"body": "Other"})
        assert "nothing was saved" in told(response)[-1]
