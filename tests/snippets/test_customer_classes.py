"""Customer classes in the admin: deactivating instead of deleting, and an empty list."""

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import ChangeSet
from tests.factories import make_class, make_customer, make_manager, make_user, settle
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@each_role
def test_one_click_deactivates_a_class_for_who_may(client: Client, role: str) -> None:
    used = make_class()
    sign_in(client, role)
    response = client.post(reverse("customer_classes:deactivate", args=[used.pk]))
    used.refresh_from_db()
    assert used.is_active == (role != "manager")
    if role == "manager":
        assert response.url == reverse("customer_classes:list")
        assert ChangeSet.objects.order_by("closed").last().kind == "edit"
    else:
        assert is_refused(response, role)


def test_the_page_that_deletes_offers_to_deactivate_what_is_in_use(client: Client) -> None:
    client.force_login(make_manager())
    used, given, free = make_class(), make_class(is_active=False), make_class()
    make_customer(customer_class=used), make_customer(customer_class=given)
    pages = [
        client.get(reverse("customer_classes:delete", args=[each.pk])).content.decode() for each in (used, given, free)
    ]
    assert ["Deactivate instead" in page for page in pages] == [True, False, False]
    client.force_login(make_user(permissions=("view_customerclass", "delete_customerclass")))
    page = client.get(reverse("customer_classes:delete", args=[used.pk])).content.decode()
    assert "Deactivate instead" not in page


def test_the_class_of_a_site_is_not_deactivated_and_the_page_says_why(client: Client) -> None:
    client.force_login(make_manager())
    given = make_class()
    settle(default_class=given)
    with nothing_changes():
        response = client.post(reverse("customer_classes:deactivate", args=[given.pk]), follow=True)
    assert "Choose another default class in the settings first." in response.content.decode()
    assert client.post(reverse("customer_classes:deactivate", args=[10**15])).status_code == 404


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("customer_classes", "Add the first class"),
        ("account_notes", "Write the first note"),
        ("clubs", "Add the first club"),
    ],
)
def test_an_empty_list_says_what_it_is_for(client: Client, name: str, first: str) -> None:
    for role in ("manager", "auditor"):
        page = sign_in(client, role).get(reverse(f"{name}:list")).content.decode()
        assert "There are no" in page
        assert "yet. " in page
        assert (first in page) == (role == "manager")
    assert "fits. Take a filter away" in client.get(reverse(f"{name}:list"), {"q": "nothing"}).content.decode()


def test_the_screen_for_orders_says_where_they_come_from(client: Client) -> None:
    page = sign_in(client, "staff").get(reverse("open_order:index")).content.decode()
    assert "There are no orders yet." in page


def test_who_had_to_sign_in_before_deactivating_is_led_back_to_the_page_that_asks(client: Client) -> None:
    used = make_class()
    sign_in(client, "manager")
    with nothing_changes():
        response = client.get(reverse("customer_classes:deactivate", args=[used.pk]))
    assert response.url == reverse("customer_classes:delete", args=[used.pk])
