"""The menus of the list: what is in them, for whom, and what others add."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from customer_admin.permissions import may
from customer_admin.snippets.customer_menus import MANAGE_HOOK, RowMenu
from tests.factories import make_auditor, make_customer, make_login, make_manager, make_staff, make_user
from tests.views.changes.roles import each_role, sign_in

pytestmark = pytest.mark.django_db


@each_role
def test_managing_accounts_is_offered_to_who_may_create_them(client: Client, role: str) -> None:
    page = sign_in(client, role).get(reverse("customers:list")).content.decode()
    assert ("Manage accounts" in page) is (role in ("staff", "manager"))
    assert (reverse("customers:add") in page) is (role in ("staff", "manager"))


class AuditItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return may(request.user, "audit_changeset")


def test_others_add_entries_for_whom_they_say(client: Client) -> None:
    with hooks.register_temporarily(MANAGE_HOOK, lambda: AuditItem("Audit accounts", "/audit/", order=50)):
        client.force_login(make_staff())
        assert "/audit/" not in client.get(reverse("customers:list")).content.decode()
        client.force_login(make_manager())
        page = client.get(reverse("customers:list")).content.decode()
        assert page.index("/audit/") < page.index(reverse("customers:add"))
        client.force_login(make_auditor())
        page = client.get(reverse("customers:list")).content.decode()
        assert "/audit/" in page
        assert reverse("customers:add") not in page


@pytest.mark.parametrize(
    ("make", "labels"),
    [
        (make_staff, ["Details", "Edit", "New login", "Orders", "History"]),
        (make_auditor, ["Details", "Orders", "History"]),
        (make_manager, ["Details", "Edit", "New login", "Orders", "History", "Merge into…", "Delete"]),
        (lambda: make_user(permissions=("view_customer",)), ["Details"]),
    ],
)
def test_each_row_offers_what_the_person_may(make: Any, labels: list[str]) -> None:
    assert [button.label for button in RowMenu(make()).buttons_of(make_customer())] == labels


def test_a_customer_with_a_login_has_it_edited() -> None:
    assert "Edit login" in [button.label for button in RowMenu(make_staff()).buttons_of(make_login().customer)]


def test_name_and_details_lead_to_the_customer_and_are_told_apart(client: Client) -> None:
    client.force_login(make_staff())
    customer = make_customer(first_name="Ada", last_name="Stone")
    page = client.get(reverse("customers:list")).content.decode()
    assert page.count(f'href="{reverse("customers:inspect", args=[customer.pk])}"') == 2
    assert f'aria-label="Details of {customer}"' in page
    assert f"More options for &#x27;{customer}&#x27;" in page
