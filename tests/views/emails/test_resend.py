"""Sending a mail again, on its screen."""

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import OutgoingEmail
from tests.factories import make_customer, make_email, make_linked_email, make_manager
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
Status = OutgoingEmail.Status


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager("boss"))
    return client


@pytest.fixture
def email(db: None) -> OutgoingEmail:
    return make_email(make_customer(email="stone@example.com"))


def resend(email: OutgoingEmail) -> str:
    return reverse("customer_admin_emails:resend", args=[email.pk])


@each_role
def test_who_may_send_it_again(client: Client, role: str, email: OutgoingEmail) -> None:
    sign_in(client, role)
    assert is_refused(client.get(resend(email)), role) == (role not in ("staff", "manager"))
    assert is_refused(client.post(resend(email), {"to": "usual"}), role) == (role not in ("staff", "manager"))


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("usual", "ada@example.com"),
        ("customer", "stone@example.com"),
        ("myself", "boss@staff.example"),
        ("another", "eve@example.com"),
    ],
)
def test_it_goes_to_whom_was_chosen(manager: Client, email: OutgoingEmail, to: str, address: str) -> None:
    shown = manager.get(resend(email)).content.decode()
    assert "ada@example.com (as before)" in shown
    response = manager.post(resend(email), {"to": to, "to_address": "eve@example.com"}, follow=True)
    again = OutgoingEmail.objects.get(resend_of=email)
    assert again.to_address == address
    assert f"The e-mail is on its way to {address}." in response.content.decode()
    assert response.redirect_chain[-1][0] == reverse("customer_admin_emails:detail", args=[again.pk])


@pytest.mark.parametrize("address", ["", "nobody", "a\0@example.com", "x" * 10_000])
def test_what_is_no_address_is_refused_on_its_field(manager: Client, email: OutgoingEmail, address: str) -> None:
    with nothing_changes():
        response = manager.post(resend(email), {"to": "another", "to_address": address})
    assert list(response.context["form"].errors) == ["to_address"]


@pytest.mark.parametrize("to", ["", "nonsense", "\0"])
def test_what_is_no_choice_is_refused(manager: Client, email: OutgoingEmail, to: str) -> None:
    with nothing_changes():
        assert list(manager.post(resend(email), {"to": to}).context["form"].errors) == ["to"]


def test_a_mail_with_a_secret_offers_one_address(manager: Client) -> None:
    linked = make_linked_email(make_customer(email="ada@example.com"), email="books@example.com")
    email = make_email(linked.customer, kind="verify_linked_email", linked_email=linked, to_address=linked.email)
    form = manager.get(resend(email)).context["form"]
    assert [label for _value, label in form.fields["to"].choices] == ["books@example.com (as before)"]
    assert "to_address" not in form.fields
    with nothing_changes():
        assert manager.post(resend(email), {"to": "another", "to_address": "eve@example.com"}).status_code == 200
    assert manager.post(resend(email), {"to": "usual"}).status_code == 302


def test_what_stands_against_it_is_on_the_page(manager: Client, email: OutgoingEmail) -> None:
    OutgoingEmail.objects.update(status=Status.QUEUED)
    assert "still on its way" in manager.get(resend(email)).content.decode()
    with nothing_changes():
        assert "still on its way" in manager.post(resend(email), {"to": "usual"}).content.decode()
