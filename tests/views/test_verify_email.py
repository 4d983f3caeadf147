"""The page that verifies a linked e-mail: for people, not for mail scanners, and it keeps the token to itself."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.mail.verification import verification_token
from customer_admin.models import SYSTEM, ActorKind, ChangeSet, LinkedEmail, Source
from customer_admin.operations import unlink_email
from tests.factories import make_customer, make_linked_email, make_manager
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(db: None) -> LinkedEmail:
    return make_linked_email(make_customer(), email="books@example.com", gets_orders=True)


def address(linked: LinkedEmail) -> str:
    return reverse("customer_admin:verify_email", args=[verification_token(linked)])


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client: Client, linked: LinkedEmail, method: str) -> None:
    with nothing_changes():
        response = getattr(client, method)(address(linked))
    assert response.status_code == 200


def test_the_page_says_what_it_is_about(client: Client, linked: LinkedEmail) -> None:
    page = client.get(address(linked)).content.decode()
    assert "books@example.com" in page
    assert "Account, Orders" in page
    assert "Ada" not in page  # Whose account it is, is for nobody who might hold a mistyped address.


def test_pressing_the_button_verifies(linked: LinkedEmail) -> None:
    response = Client(enforce_csrf_checks=True).post(address(linked))
    assert response.status_code == 200
    assert "Your address is confirmed" in response.content.decode()
    linked.refresh_from_db()
    assert linked.is_verified
    change_set = ChangeSet.objects.order_by("-closed")[0]
    assert (change_set.actor_kind, change_set.source) == (ActorKind.CUSTOMER, Source.PORTAL)


def test_a_second_press_and_a_second_look_are_harmless(client: Client, linked: LinkedEmail) -> None:
    client.post(address(linked))
    with nothing_changes():
        for response in (client.post(address(linked)), client.get(address(linked))):
            assert "Your address is confirmed" in response.content.decode()


def test_whoever_is_signed_in_the_reader_of_the_mail_is_the_author(client: Client, linked: LinkedEmail) -> None:
    client.force_login(make_manager())
    client.post(address(linked))
    assert ChangeSet.objects.order_by("-closed")[0].actor is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_dead_link_says_what_to_do(client: Client, linked: LinkedEmail, method: str) -> None:
    link = address(linked)
    unlink_email(actor=SYSTEM, linked=linked)
    with nothing_changes():
        response = getattr(client, method)(link)
    assert response.status_code == 410
    assert "Ask those who sent it for a new mail" in response.content.decode()


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "%F0%9F%98%80", "x" * 5_000, "=CMD()"])
def test_a_made_up_token_is_a_dead_link(client: Client, token: str) -> None:
    assert client.get(f"{reverse('customer_admin:verify_email', args=['x'])[:-2]}{token}/").status_code == 410


def test_nobody_keeps_the_page_or_learns_its_address(client: Client, linked: LinkedEmail) -> None:
    for response in (client.get(address(linked)), client.post(address(linked))):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        page = response.content.decode()
        assert "<script" not in page
        assert "style=" not in page


def test_other_methods_are_refused(client: Client, linked: LinkedEmail) -> None:
    assert client.put(address(linked)).status_code == 405


def test_a_strange_address_is_escaped(client: Client, db: None) -> None:
    linked: Any = make_linked_email(make_customer(), email="<img>@example.com")
    assert "<img>" not in client.get(address(linked)).content.decode()
