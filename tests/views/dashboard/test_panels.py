"""The first page of the admin: who sees what of customers there."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import OutgoingEmail
from tests.factories import make_class, make_customer, make_note, make_staff, make_user
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db

HEADINGS = {"New customers", "Alerts in force", "E-mails that failed", "Customers by class"}


def headings(page: str) -> set[str]:
    return {heading for heading in HEADINGS if f"data-panel-heading-text>{heading}<" in page}


@each_role
def test_each_role_sees_what_it_may(client: Client, role: str) -> None:
    make_customer()
    response = sign_in(client, role).get(reverse("wagtailadmin_home"))
    if role in ("anonymous", "portal customer"):
        assert is_refused(response, role)
    else:
        assert headings(response.content.decode()) == (set() if role == "editor" else HEADINGS)


def test_each_panel_asks_for_its_own_permission(client: Client) -> None:
    make_customer()
    client.force_login(make_user(permissions=("view_outgoingemail",)))
    assert headings(client.get(reverse("wagtailadmin_home")).content.decode()) == {"E-mails that failed"}


def test_an_editor_costs_no_question_about_customers(client: Client) -> None:
    make_customer()
    client.force_login(make_user(permissions=("view_image",)))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("wagtailadmin_home"))
    tables = ("customer", "accountnote", "outgoingemail", "customerclass")
    assert not [
        q for q in asked.captured_queries if any(f'FROM "customer_admin_{name}"' in q["sql"] for name in tables)
    ]


def fill() -> None:
    for number in range(3):
        customer = make_customer(last_name=f"<b>Person {number}", customer_class=make_class(name=f"<i>{number}"))
        make_note(customer, body="<script>alert(1)</script>", alert_clerk=True, alert_level="stop")
        OutgoingEmail.objects.create(
            customer=customer, kind="x", to_address="a@example.com", status="failed", error="<u>550"
        )


def test_the_page_asks_as_many_questions_for_many_rows_as_for_few(client: Client) -> None:
    client.force_login(make_staff())
    fill()
    with CaptureQueriesContext(connection) as few:
        page = client.get(reverse("wagtailadmin_home")).content.decode()
    fill()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("wagtailadmin_home"))
    assert len([query for query in few.captured_queries if 'FROM "customer_admin_' in query["sql"]]) <= 10
    assert len(many) == len(few)
    for markup in ("<script>alert(1)", "<b>Person", "<i>1", "<u>550"):
        assert markup not in page


@pytest.mark.parametrize(("role", "told"), [("manager", 4), ("staff", 1), ("auditor", 1)])
def test_an_empty_installation_says_what_to_do_first(client: Client, role: str, told: int) -> None:
    page = sign_in(client, role).get(reverse("wagtailadmin_home")).content.decode()
    assert "There are no customers yet." in page
    assert headings(page) == set()
    steps = page.partition("There are no customers yet.")[2].partition("</section>")[0]
    assert steps.count("<li>") == told
    assert (f'href="{reverse("customers:add")}"' in steps) == (role != "auditor")


def test_names_lead_to_the_page_of_the_customer(client: Client) -> None:
    customer = make_customer()
    make_note(customer, alert_clerk=True)
    for role in ("staff", "auditor"):
        page = sign_in(client, role).get(reverse("wagtailadmin_home")).content.decode()
        assert f'href="{reverse("customers:inspect", args=[customer.pk])}"' in page


def test_a_group_can_be_cut_so_that_it_sees_no_mails(client: Client) -> None:
    make_customer()
    user: Any = make_staff()
    Group.objects.get(name="Customer staff").permissions.filter(codename="view_outgoingemail").delete()
    client.force_login(user)
    found = headings(client.get(reverse("wagtailadmin_home")).content.decode())
    assert found == HEADINGS - {"E-mails that failed"}
