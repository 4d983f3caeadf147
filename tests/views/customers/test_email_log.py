"""The tab with the mails about a customer."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import Customer, OutgoingEmail
from tests.factories import make_auditor, make_customer, make_email, make_staff
from tests.views.changes.roles import each_role, sign_in

pytestmark = pytest.mark.django_db
Status = OutgoingEmail.Status


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer()


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def tab(customer: Customer) -> str:
    return reverse("customers:tab", args=[customer.pk, "emails"])


@each_role
def test_who_sees_the_log(client: Client, role: str, customer: Customer) -> None:
    sign_in(client, role)
    assert (client.get(tab(customer)).status_code == 200) == (role in ("staff", "auditor", "manager"))


def test_mails_are_listed_newest_first_with_what_became_of_them(auditor: Client, customer: Customer) -> None:
    make_email(customer, subject="The first")
    make_email(customer, subject="The second", status=Status.FAILED, error="550 5.1.1 No such person here")
    skipped = {"status": Status.SKIPPED, "skip_reason": OutgoingEmail.SkipReason.LOGIN_DISABLED, "subject": ""}
    make_email(customer, kind="account_created", **skipped)
    make_email(make_customer(), subject="Of somebody else")
    shown = auditor.get(tab(customer)).content.decode()
    assert shown.index("The login was disabled") < shown.index("The second") < shown.index("The first")
    assert "Account created" in shown
    assert "The mail server answered: 550 5.1.1 No such person here." in shown
    assert "Of somebody else" not in shown


def test_campaigns_have_a_section_once_there_was_one(auditor: Client, customer: Customer) -> None:
    make_email(customer, subject="A notification")
    assert "Campaigns" not in auditor.get(tab(customer)).content.decode()
    make_email(customer, subject="A campaign", section="campaign")
    both = auditor.get(tab(customer)).content.decode()
    assert f"{tab(customer)}?section=campaign" in both
    assert "A campaign" not in both
    campaigns = auditor.get(tab(customer), {"section": "campaign"}).content.decode()
    assert "A campaign" in campaigns
    assert "A notification" not in campaigns


@pytest.mark.parametrize("query", ["p=99999999999999999999", "p=x", "section=%00", "p=-1&section=campaign"])
def test_whatever_stands_in_the_address_something_is_shown(auditor: Client, customer: Customer, query: str) -> None:
    make_email(customer)
    assert auditor.get(f"{tab(customer)}?{query}").status_code == 200


@each_role
def test_who_finds_resend_beside_a_mail(client: Client, role: str, customer: Customer) -> None:
    address = reverse("customer_admin_emails:resend", args=[make_email(customer).pk])
    sign_in(client, role)
    shown = client.get(tab(customer)).content.decode()
    assert (f'action="{address}"' in shown) == (role in ("staff", "manager"))


def test_what_cannot_be_sent_again_has_no_button(client: Client, customer: Customer) -> None:
    client.force_login(make_staff())
    make_email(customer, status=Status.QUEUED)
    assert "Resend" not in client.get(tab(customer)).content.decode()


def test_resend_leads_back_to_the_tab_with_the_new_mail_on_top(client: Client, customer: Customer) -> None:
    client.force_login(make_staff())
    email = make_email(customer, to_address="ada@example.com")
    address = reverse("customer_admin_emails:resend", args=[email.pk])
    response = client.post(address, {"to": "usual", "from_tab": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == tab(customer)
    assert "The e-mail is on its way to ada@example.com." in response.content.decode()
    assert list(OutgoingEmail.objects.values_list("resend_of", "to_address")) == [
        (email.pk, "ada@example.com"), (None, "ada@example.com"),
    ]  # fmt: skip


def test_more_mails_ask_no_more_questions_and_come_in_pages(
    auditor: Client, customer: Customer, django_assert_max_num_queries: Any
) -> None:
    address = reverse("customers:tab_panel", args=[customer.pk, "emails"])
    make_email(customer)
    auditor.get(address)
    with CaptureQueriesContext(connection) as first:
        auditor.get(address)
    for number in range(24):
        make_email(customer, subject=f"<i>{number}")
    with django_assert_max_num_queries(len(first)) as asked:
        shown = auditor.get(address).content.decode()
    assert "<i>" not in shown
    assert "Page 1 of 2" in shown
    listed = [query["sql"] for query in asked.captured_queries if "ORDER BY" in query["sql"]]
    assert all("sent_html" not in sql for sql in listed)
