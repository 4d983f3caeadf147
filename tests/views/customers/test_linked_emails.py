"""The tab of linked e-mails and its screens."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import Customer, LinkedEmail, OutgoingEmail
from tests.factories import make_auditor, make_customer, make_linked_email, make_manager
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer(email="ada@example.com")


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager())
    return client


def tab(customer: Customer) -> str:
    return reverse("customers:tab", args=[customer.pk, "linked-emails"])


def screen(name: str, customer: Customer, *more: int) -> str:
    return reverse(f"customers:linked_email_{name}", args=[customer.pk, *more])


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@each_role
def test_who_may_open_which_screen(client: Client, role: str, customer: Customer) -> None:
    linked = make_linked_email(customer)
    sign_in(client, role)
    assert (client.get(tab(customer)).status_code == 200) == (role in ("staff", "auditor", "manager"))
    for name in ("add", "edit", "remove", "resend"):
        address = screen(name, customer, *([] if name == "add" else [linked.pk]))
        assert is_refused(client.get(address), role) == (role not in ("staff", "manager"))
        if role not in ("staff", "manager"):
            assert is_refused(client.post(address, {}), role)


def test_an_auditor_sees_no_button_that_would_be_refused(client: Client, customer: Customer) -> None:
    linked = make_linked_email(customer)
    client.force_login(make_auditor())
    shown = page(client, tab(customer))
    assert linked.email in shown
    for name in ("edit", "remove", "resend"):
        assert screen(name, customer, linked.pk) not in shown
    assert screen("add", customer) not in shown


def test_an_address_is_linked_from_the_tab(manager: Client, customer: Customer) -> None:
    assert screen("add", customer) in page(manager, tab(customer))
    data = {"email": "books@example.com", "label": "Bookkeeping", "gets_orders": "on"}
    for _each in range(2):
        response = manager.post(screen("add", customer), data, follow=True)
        assert response.redirect_chain[-1][0] == tab(customer)
    shown = response.content.decode()
    assert "books@example.com linked. A mail with a link to verify it is on its way." in shown
    assert "Waiting" in shown
    linked = LinkedEmail.objects.get()
    assert (linked.gets_account, linked.gets_orders) == (False, True)
    assert OutgoingEmail.objects.get().to_address == "books@example.com"


@pytest.mark.parametrize("email", ["", "nobody", "ada@example.com", "a\0b@example.com", f"{'x' * 10_000}@example.com"])
def test_an_address_that_can_not_be_linked_is_refused_on_its_field(
    manager: Client, customer: Customer, email: str
) -> None:
    with nothing_changes():
        response = manager.post(screen("add", customer), {"email": email})
    assert list(response.context["form"].errors) == ["email"]


def test_kinds_and_address_are_edited(manager: Client, customer: Customer) -> None:
    linked = make_linked_email(customer, is_verified=True)
    address = screen("edit", customer, linked.pk)
    seen = manager.get(address).context["form"]["seen"].value()
    response = manager.post(address, {"email": linked.email, "gets_clubs": "on", "seen": seen}, follow=True)
    assert f"{linked.email} saved." in response.content.decode()
    linked.refresh_from_db()
    assert (linked.gets_account, linked.gets_clubs, linked.is_verified) == (False, True, True)
    assert "Verified" in page(manager, tab(customer))

    seen = manager.get(address).context["form"]["seen"].value()
    response = manager.post(address, {"email": "new@example.com", "seen": seen}, follow=True)
    assert "It is another address, so a mail to verify it is on its way." in response.content.decode()
    assert "Waiting" in page(manager, tab(customer))


def test_a_linked_address_is_removed_after_a_question(manager: Client, customer: Customer) -> None:
    linked = make_linked_email(customer)
    address = screen("remove", customer, linked.pk)
    assert "Yes, remove" in page(manager, address)
    assert f"{linked.email} removed." in manager.post(address, {"reason": "Left"}, follow=True).content.decode()
    assert not LinkedEmail.objects.exists()
    assert "not there any more" in manager.post(address, {}, follow=True).content.decode()


def test_the_mail_is_sent_again_until_it_is_enough(manager: Client, customer: Customer) -> None:
    linked = make_linked_email(customer)
    address = screen("resend", customer, linked.pk)
    assert address in page(manager, tab(customer))
    for _each in range(3):
        response = manager.post(address, {}, follow=True)
        OutgoingEmail.objects.update(status=OutgoingEmail.Status.SENT)
    assert "is on its way to" in response.content.decode()
    with nothing_changes():
        told = manager.post(address, {}).content.decode()
    assert "3 mails within the last hour" in told


def test_a_verified_address_is_offered_no_mail(manager: Client, customer: Customer) -> None:
    linked = make_linked_email(customer, is_verified=True)
    assert screen("resend", customer, linked.pk) not in page(manager, tab(customer))
    with nothing_changes():
        assert "verified already" in manager.post(screen("resend", customer, linked.pk), {}).content.decode()


@pytest.mark.parametrize("key", [0, 10**30])
def test_what_never_was_the_customers_is_not_found(manager: Client, customer: Customer, key: int) -> None:
    other = make_linked_email(make_customer())
    for name in ("edit", "remove", "resend"):
        for pk in (key, other.pk):
            assert manager.get(screen(name, customer, pk)).status_code == 404


def test_more_rows_ask_no_more_questions(manager: Client, customer: Customer, django_assert_num_queries: Any) -> None:
    address = reverse("customers:tab_panel", args=[customer.pk, "linked-emails"])
    make_linked_email(customer)
    manager.get(address)
    with CaptureQueriesContext(connection) as first:
        manager.get(address)
    for number in range(8):
        make_linked_email(customer, is_verified=bool(number % 2), label="<i>")
    with django_assert_num_queries(len(first)):
        assert b"<i>" not in manager.get(address).content
