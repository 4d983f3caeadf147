"""The report "E-mails"."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import OutgoingEmail
from tests.factories import make_auditor, make_customer, make_email, make_user
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
Status = OutgoingEmail.Status
LOG = "customer_admin_emails:index"


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def shown(client: Client, **query: Any) -> str:
    response = client.get(reverse(LOG), query)
    assert response.status_code == 200
    return response.content.decode()


@each_role
def test_who_sees_the_log(client: Client, role: str) -> None:
    sign_in(client, role)
    for name in ("index", "index_results"):
        response = client.get(reverse(f"customer_admin_emails:{name}"))
        assert is_refused(response, role) == (role not in ("staff", "auditor", "manager"))


def test_the_menu_has_it_for_those_who_may_see_it(client: Client, auditor: Client) -> None:
    home = reverse("wagtailadmin_home")
    assert reverse(LOG) in auditor.get(home).content.decode()
    client.force_login(make_user(permissions=("view_image",)))
    assert reverse(LOG) not in client.get(home).content.decode()


def test_mails_are_found_by_status_kind_and_any_part_of_the_address(auditor: Client) -> None:
    make_email(make_customer(), to_address="ada@example.com", subject="Sent one")
    make_email(to_address="EVE@example.org", subject="Failed one", status=Status.FAILED, kind="set_password")
    for query in ({"status": "failed"}, {"kind": "set_password"}, {"q": "eve@exam"}, {"q": "example.ORG"}):
        found = shown(auditor, **query)
        assert "Failed one" in found, query
        assert "Sent one" not in found, query
    assert "Sent one" in shown(auditor, kind="other")
    assert "Failed one" not in shown(auditor, kind="other")
    both = shown(auditor, kind=["other", "set_password"], status=["failed", "sent"])
    assert "Sent one" in both
    assert "Failed one" in both
    assert "No e-mail fits" in shown(auditor, created_at_from="2001-01-01", created_at_to="2001-01-02")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "x" * 10_000},
        {"q": "=CMD() 😀 مرحبا %_"},
        {"p": "99999999999999999999"},
        {"status": "nonsense"},
        {"kind": "\0"},
        {"created_at_from": "99999-01-01"},
        {"ordering": "secret"},
    ],
    ids=str,
)
def test_whatever_stands_in_the_address_something_is_shown(auditor: Client, query: dict[str, str]) -> None:
    make_email()
    shown(auditor, **query)


def test_a_mail_leads_to_its_customer_who_may_be_gone(auditor: Client) -> None:
    customer = make_customer()
    make_email(customer), make_email(None)
    assert reverse("customers:tab", args=[customer.pk, "emails"]) in shown(auditor)


def test_more_mails_ask_no_more_questions(auditor: Client, django_assert_num_queries: Any) -> None:
    make_email(make_customer())
    shown(auditor)
    with CaptureQueriesContext(connection) as first:
        shown(auditor)
    for number in range(12):
        make_email(make_customer(), subject=f"<i>{number}", error="x" * 500, status=Status.FAILED)
    with django_assert_num_queries(len(first)) as asked:
        assert "<i>" not in shown(auditor)
    assert not any("sent_html" in query["sql"] for query in asked.captured_queries)
