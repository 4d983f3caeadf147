"""The list of orders without a customer: found, suggested, and accepted singly or in bulk."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import Order
from customer_admin.operations import assign_orders
from tests.change_sets import newest
from tests.factories import make_customer, make_manager, make_order
from tests.sweep.forms_on import forms_on
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager("meg"))
    return client


def url() -> str:
    return reverse("customer_admin_assignments:unassigned")


def numbers(client: Client, **query: Any) -> set[str]:
    return {order.number for order in client.get(url(), query).context["object_list"]}


def held(client: Client) -> dict[str, Any]:
    forms = (form for form in forms_on(client.get(url())) if form.action.startswith(url()))
    return next(form.values for form in forms if form.method == "post")


def test_orders_without_a_customer_are_found_by_number_email_and_suggestion(manager: Client) -> None:
    make_customer(email="ada@example.com")
    make_order(None, number="S1", email="ada@example.com"), make_order(None, number="S2", email="eve@example.org")
    make_order(make_customer(), number="S3")
    assert numbers(manager) == {"S1", "S2"}
    assert numbers(manager, q="s2") == numbers(manager, q="EVE@") == {"S2"}
    assert numbers(manager, suggestion="yes") == {"S1"}
    assert numbers(manager, placed_at_from="1999-01-01", placed_at_to="1999-01-02") == set()


def test_the_clear_ones_are_preselected_and_assigned_together_in_one_change_set(manager: Client) -> None:
    ada, _twin, ben = (make_customer(email=f"{name}@example.com") for name in ("ada", "two", "ben"))
    make_customer(email="two@example.com")
    for name in ("ada", "two", "ben", "nobody"):
        make_order(None, number=f"S-{name}", email=f"{name}@example.com")
    page = manager.get(url()).content.decode()
    assert "same e-mail address" in page
    assert f"{reverse('customer_admin_assignments:assign')}?order=S-nobody" in page
    response = manager.post(url(), {**held(manager), "reason": "Till was offline"}, follow=True)
    assert "2 orders were assigned to 2 customers." in response.content.decode()
    assert reverse("customer_admin_changes:revert", args=[newest().pk]) in response.content.decode()
    assert dict(Order.objects.values_list("number", "customer")) == {
        "S-ada": ada.pk, "S-ben": ben.pk, "S-two": None, "S-nobody": None,
    }  # fmt: skip
    assert (newest().kind, newest().reason) == ("assign", "Till was offline")


def test_one_is_assigned_alone(manager: Client) -> None:
    for name in ("ada", "ben"):
        make_customer(email=f"{name}@example.com"), make_order(None, number=f"S-{name}", email=f"{name}@example.com")
    order = Order.objects.get(number="S-ben")
    manager.post(url(), {**held(manager), "only": str(order.pk)})
    assert list(Order.objects.filter(customer=None).values_list("number", flat=True)) == ["S-ada"]


def test_what_somebody_else_assigned_meanwhile_is_told_and_nothing_is_assigned(manager: Client) -> None:
    for name in ("ada", "ben"):
        make_customer(email=f"{name}@example.com"), make_order(None, number=f"S-{name}", email=f"{name}@example.com")
    looked_at = held(manager)
    assign_orders(actor=make_manager(), assignments=[("S-ada", make_customer(number="T1").number)])
    with nothing_changes():
        response = manager.post(url(), looked_at, follow=True)
    assert "meanwhile" in response.content.decode()


def test_nothing_chosen_or_nonsense_changes_nothing(manager: Client) -> None:
    order = make_order(None)
    with nothing_changes():
        for data in ({}, {f"order-{order.pk}": "99999"}, {"order-x": "1"}, {"only": "x"}, {f"order-{order.pk}": "x"}):
            assert manager.post(url(), data).status_code == 302
        assert manager.post(url(), {f"order-{order.pk}": "1", "reason": "x" * 501}).status_code == 302


def test_a_page_asks_as_much_for_many_as_for_few(manager: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(url()).status_code == 200
        return len(queries)

    make_customer(email="ada@example.com"), make_order(None, email="ada@example.com")
    asked()
    few = asked()
    for number in range(30):
        make_customer(email=f"{number}@example.com"), make_order(None, email=f"{number}@example.com")
    assert asked() == few
