from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings
from wagtail.models import Site

from customer_admin.mail.links import set_password_link
from customer_admin.models import SYSTEM, ActorKind, ChangeSet, PortalLogin, Source
from customer_admin.operations import delete_login, set_login_enabled, set_password
from portal.tree import PortalTree
from tests.factories import PASSWORD, make_customer, make_staff
from tests.portal.conftest import make_login, make_site, sign_in, switch_portal

ADDRESS = "/portal/set-password/"
NEW = "Windy-Hill-77"
DEAD = "This link does not work any more"


@pytest.fixture
def link(login: PortalLogin) -> str:
    return urlsplit(set_password_link(login)).path


def choose(client: Client, password: str = NEW, repeated: str | None = None) -> Any:
    data = {"password": password, "repeated": password if repeated is None else repeated}
    return client.post(ADDRESS, data)


def is_dead(response: Any) -> bool:
    return DEAD in response.content.decode()


def password_is(login: PortalLogin, password: str) -> bool:
    return PortalLogin.objects.select_related("user").get(pk=login.pk).user.check_password(password)


def test_the_link_leads_to_the_form_without_the_token_in_the_address(client: Client, link: str) -> None:
    response = client.get(link)

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    form = client.get(ADDRESS)
    assert link.split("/")[-2] not in form.content.decode()
    assert form["Referrer-Policy"] == "same-origin"
    assert "At least 8 characters" in form.content.decode()
    assert form.content.decode().count('autocomplete="new-password"') == 2


def test_the_token_is_kept_by_the_browser_alone(client: Client, link: str) -> None:
    cookie = client.get(link).cookies["portal_set_password"]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (ADDRESS, True, "Lax")
    assert not Session.objects.exists()


def test_the_cookie_goes_with_the_link(client: Client, link: str) -> None:
    client.get(link)

    assert choose(client).cookies["portal_set_password"].value == ""


def test_the_new_password_works_at_the_sign_in_that_follows(client: Client, login: PortalLogin, link: str) -> None:
    client.get(link)

    response = choose(client)

    assert (response.status_code, response["Location"]) == (302, "/portal/sign-in/")
    assert "Your new password is set" in client.get("/portal/sign-in/").content.decode()
    assert SESSION_KEY not in client.session
    assert sign_in(client, login, password=NEW)["Location"] == "/portal/account/"


def test_history_names_the_customer_and_the_portal(client: Client, login: PortalLogin, link: str) -> None:
    client.get(link)
    choose(client)

    change_set = ChangeSet.objects.order_by("-pk").first()
    assert (change_set.actor_kind, change_set.actor_id) == (ActorKind.CUSTOMER, login.user_id)
    assert change_set.source == Source.PORTAL


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_uses_nothing_up(link: str, login: PortalLogin, method: str) -> None:
    for _time in range(3):
        assert getattr(Client(), method)(link).status_code == 302
    client = Client()
    client.get(link)
    assert choose(client).status_code == 302
    assert password_is(login, NEW)


def test_a_used_link_is_dead_and_leads_to_a_new_one(client: Client, login: PortalLogin, link: str) -> None:
    client.get(link)
    choose(client)

    response = Client().get(link)

    assert is_dead(response)
    assert 'href="/portal/forgot-password/"' in response.content.decode()


def test_a_second_press_of_the_button_changes_nothing(client: Client, login: PortalLogin, link: str) -> None:
    client.get(link)
    choose(client)

    assert is_dead(choose(client, "Other-Hill-88"))
    assert password_is(login, NEW)


def test_of_two_tabs_the_first_wins(login: PortalLogin, link: str) -> None:
    first, second = Client(), Client()
    first.get(link)
    second.get(link)
    choose(first)

    assert is_dead(choose(second, "Other-Hill-88"))
    assert password_is(login, NEW)


@pytest.mark.parametrize("segment", ["x", "_00", "_c3", "set-password", "a" * 10_000, "WzEsICJ4Il0_3a1xV4bu_3aPW1k"])
def test_a_wrong_token_is_a_dead_link(client: Client, portal: PortalTree, segment: str) -> None:
    assert is_dead(client.get(f"{ADDRESS}{segment}/"))


def test_a_token_that_was_changed_is_a_dead_link(client: Client, link: str) -> None:
    for changed in (link[:-3] + "A/", link.replace(ADDRESS, f"{ADDRESS}x"), link[:-6] + "/"):
        assert is_dead(client.get(changed))


def test_without_a_link_there_is_nothing_to_set(client: Client, portal: PortalTree) -> None:
    assert is_dead(client.get(ADDRESS))
    assert is_dead(choose(client))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", ["disabled", "deleted", "set by staff", "portal off", "too old"])
def test_what_ends_a_link_ends_it_before_and_after_it_is_opened(
    client: Client, login: PortalLogin, link: str, site: Site, settings: Settings, what: str, when: str
) -> None:
    if when == "after":
        assert client.get(link).status_code == 302
    if what == "disabled":
        set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    elif what == "deleted":
        delete_login(actor=SYSTEM, login=login)
    elif what == "set by staff":
        set_password(actor=SYSTEM, login=login, password="Other-Hill-88")
    elif what == "too old":
        settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "SET_PASSWORD_LINK_LIFETIME": timedelta(seconds=-1)}
    else:
        switch_portal(site, enabled=False)

    response = client.get(link) if when == "before" else choose(client)

    expected = "closed at the moment" if what == "portal off" else DEAD
    assert expected in response.content.decode()
    if what != "deleted":
        assert not password_is(login, NEW)


def test_a_link_of_another_sites_customer_is_dead_here(client: Client, portal: PortalTree) -> None:
    stranger = make_login(make_customer(site=make_site("other.example")), username="bea")
    link = urlsplit(set_password_link(stranger)).path

    assert is_dead(client.get(link))
    assert client.get(link, headers={"host": "other.example"}).status_code == 302


@pytest.mark.parametrize(
    ("password", "repeated", "field", "message"),
    [
        ("", "", "password", "Choose a password."),
        (NEW, "", "repeated", "Type the password once more."),
        (NEW, NEW + "x", "repeated", "The two passwords are not the same. Please type both again."),
        (NEW, NEW + " ", "repeated", "The two passwords are not the same. Please type both again."),
        ("Short-1", "Short-1", "password", "Use at least 8 characters."),
        ("nodigits-Here", "nodigits-Here", "password", "Add a digit."),
        ("Password123", "Password123", "password", "This password is used by many people. Choose another one."),
        ("Ada@example.com1", "Ada@example.com1", "password",
         "This password is too similar to the username or e-mail. Choose another one."),
        ("Windy\x00Hill-77", "Windy\x00Hill-77", "password", "Null characters are not allowed."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    client: Client, login: PortalLogin, link: str, password: str, repeated: str, field: str, message: str
) -> None:
    client.get(link)

    response = choose(client, password, repeated)

    assert response.status_code == 200
    assert message in response.context["form"].errors[field]
    assert password not in response.content.decode() or not password
    assert password_is(login, PASSWORD)
    assert choose(client).status_code == 302  # The link still works.


def test_a_very_long_password_is_refused_in_words(client: Client, login: PortalLogin, link: str) -> None:
    client.get(link)

    assert "password" in choose(client, "Aa1-" * 2_500).context["form"].errors
    assert choose(client, "Aa1-" * 250).status_code == 302
    assert sign_in(client, login, password="Aa1-" * 250).status_code == 302


def test_a_customer_who_is_signed_in_is_signed_out_by_it(customer_client: Client, link: str) -> None:
    customer_client.get(link)
    choose(customer_client)

    assert customer_client.get("/portal/sign-in/").status_code == 200
    assert SESSION_KEY not in customer_client.session


def test_another_customers_session_does_not_swallow_the_sign_in(customer_client: Client) -> None:
    other = make_login(make_customer(first_name="Bea"), username="bea")
    customer_client.get(urlsplit(set_password_link(other)).path)

    choose(customer_client)

    assert "Your new password is set" in customer_client.get("/portal/sign-in/").content.decode()


def test_staff_who_open_a_link_stay_signed_in(client: Client, login: PortalLogin, link: str) -> None:
    staff = make_staff("sam")
    client.force_login(staff)
    client.get(link)

    assert choose(client).status_code == 302
    assert client.session[SESSION_KEY] == str(staff.pk)
    assert password_is(login, NEW)


def test_a_new_password_ends_the_sessions_elsewhere(customer_client: Client, link: str) -> None:
    elsewhere = Client()
    elsewhere.get(link)
    choose(elsewhere)

    assert customer_client.get("/portal/account/").status_code == 302


def test_a_post_to_the_link_itself_sets_nothing(client: Client, login: PortalLogin, link: str) -> None:
    assert client.post(link, {"password": NEW, "repeated": NEW})["Location"] == ADDRESS
    assert password_is(login, PASSWORD)


def test_a_post_from_elsewhere_is_refused(login: PortalLogin, link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(link)

    assert choose(client).status_code == 403
    assert password_is(login, PASSWORD)
