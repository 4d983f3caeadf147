"""The report "E-mails"."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import SYSTEM, OutgoingEmail
from customer_admin.operations import delete_customer, deliver_email, restore
from tests.factories import (
    make_auditor,
    make_customer,
    make_email,
    make_linked_email,
    make_login,
    make_manager,
    make_user,
)
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


def test_a_mail_of_a_deleted_customer_stays_and_is_theirs_again_after_a_restore(
    client: Client, auditor: Client
) -> None:
    customer = make_customer()
    login, linked = make_login(customer), make_linked_email(customer)
    sent = {"customer": customer, "status": Status.SENT}
    email = make_email(**sent, login=login, linked_email=linked, to_address="ada@example.com", subject="Hello there")
    tab = reverse("customers:tab", args=[customer.pk, "emails"])
    gone = delete_customer(actor=SYSTEM, customer=customer)
    email = OutgoingEmail.objects.get(pk=email.pk)
    assert (email.customer, email.login, email.linked_email) == (None, None, None)
    page = shown(auditor, q="ada@example")
    assert "Hello there" in page
    assert tab not in page
    for name in ("detail", "resend"):
        response = auditor.get(reverse(f"customer_admin_emails:{name}", args=[email.pk]), follow=True)
        assert tab not in response.content.decode()
    assert "ada@example.com" in auditor.get(reverse("customer_admin_emails:detail", args=[email.pk])).content.decode()
    restore(actor=SYSTEM, change_set=gone)
    assert "Hello there" in auditor.get(tab).content.decode()
    assert tab in shown(auditor)
    email = OutgoingEmail.objects.get(pk=email.pk)
    assert (email.customer, email.login, email.linked_email) == (customer, login, linked)


def test_the_first_page_tells_of_a_failed_mail_whose_customer_is_gone(client: Client) -> None:
    client.force_login(make_manager())
    customer = make_customer()
    email = make_email(customer, status=Status.FAILED)
    make_customer()
    delete_customer(actor=SYSTEM, customer=customer)
    response = client.get(reverse("wagtailadmin_home"))
    assert response.status_code == 200
    assert email.to_address in response.content.decode()


def test_a_mail_that_is_still_to_be_sent_about_a_deleted_customer_is_answered() -> None:
    customer = make_customer()
    email = make_email(customer, status=Status.QUEUED, login=make_login(customer), kind="set_password")
    delete_customer(actor=SYSTEM, customer=customer)
    assert not deliver_email(email.pk)
    email = OutgoingEmail.objects.get(pk=email.pk)
    assert (email.status, email.skip_reason) == (Status.SKIPPED, OutgoingEmail.SkipReason.LOGIN_GONE)


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
