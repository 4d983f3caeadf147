import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from wagtail.models import Site

from customer_admin.mail.links import set_password_link
from customer_admin.models import SYSTEM, OutgoingEmail, PortalLogin
from customer_admin.operations import delete_login, set_login_enabled
from portal.tree import PortalTree
from tests.factories import PASSWORD, lock, make_customer, make_staff, make_user
from tests.portal.conftest import make_login, make_site, sign_in, switch_portal

WRONG = (
    "Username, e-mail or password is not right. After several wrong tries a login stays closed for a while; "
    "“Forgot password” opens it at once."
)
DISABLED = "Account is disabled. Please contact us."


def errors(response: Any) -> list[str]:
    assert response.status_code == 200
    return response.context["form"].non_field_errors()


@pytest.mark.parametrize("identifier", ["ada", "ADA", " ada ", "ada@example.com", "Ada@Example.COM"])
def test_username_or_email_lead_to_the_account(client: Client, login: PortalLogin, identifier: str) -> None:
    response = sign_in(client, login, identifier=identifier)

    assert (response.status_code, response["Location"]) == (302, "/portal/account/")
    assert client.session[SESSION_KEY] == str(login.user_id)


@pytest.mark.parametrize(
    ("identifier", "password"),
    [("ada", "Wrong-Field-42"), ("nobody", PASSWORD), ("nobody@example.com", PASSWORD), ("ada", PASSWORD + " ")],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_words(
    client: Client, login: PortalLogin, identifier: str, password: str
) -> None:
    assert errors(sign_in(client, login, identifier=identifier, password=password)) == [WRONG]
    assert SESSION_KEY not in client.session


def test_a_locked_login_an_unknown_name_and_a_wrong_password_get_the_same_page(
    client: Client, login: PortalLogin
) -> None:
    def page(identifier: str, password: str) -> str:
        content = sign_in(client, login, identifier=identifier, password=password).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", content)

    wrong, unknown = page("ada", "Wrong-Field-42"), page("bea", "Wrong-Field-42")
    lock(login)
    locked, locked_and_right = page("ada", "Wrong-Field-42"), page("ada", PASSWORD)
    assert wrong == locked == locked_and_right == unknown.replace('value="bea"', 'value="ada"')
    assert SESSION_KEY not in client.session


def test_five_wrong_passwords_lock_and_a_new_one_by_the_mailed_link_opens(client: Client, login: PortalLogin) -> None:
    for _time in range(5):
        sign_in(client, login, password="Wrong-Field-42")
    assert errors(sign_in(client, login)) == [WRONG]

    client.post("/portal/forgot-password/", {"identifier": "ada"})
    assert OutgoingEmail.objects.filter(kind="password_reset", login=login).exists()
    form = client.get(urlsplit(set_password_link(login)).path)["Location"]
    client.post(form, {"password": "Another-Field-43", "repeated": "Another-Field-43"})

    assert sign_in(client, login, password="Another-Field-43")["Location"] == "/portal/account/"


def test_a_lock_ends_no_session(customer_client: Client, login: PortalLogin) -> None:
    lock(login)
    assert customer_client.get("/portal/account/").status_code == 200


def test_empty_fields_are_named_and_linked_from_the_summary(client: Client, portal: PortalTree) -> None:
    response = client.post("/portal/sign-in/", {})

    assert response.context["form"].errors == {
        "identifier": ["Enter your username or your e-mail address."],
        "password": ["Enter your password."],
    }
    page = response.content.decode()
    assert '<a href="#id_identifier">Enter your username or your e-mail address.</a>' in page
    assert 'aria-describedby="id_password_error"' in page
    assert "<title>Error: Sign in" in page


def test_a_disabled_login_is_named_only_after_the_right_password(client: Client, login: PortalLogin) -> None:
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)

    assert errors(sign_in(client, login)) == [DISABLED]
    assert errors(sign_in(client, login, password="Wrong-Field-42")) == [WRONG]


def test_a_customer_of_another_site_is_unknown_here_even_when_disabled(client: Client, portal: PortalTree) -> None:
    stranger = make_login(make_customer(site=make_site("other.example")), username="bea")

    assert errors(sign_in(client, stranger)) == [WRONG]
    set_login_enabled(actor=SYSTEM, login=stranger, enabled=False)
    assert errors(sign_in(client, stranger)) == [WRONG]


def test_staff_are_no_customers_at_this_door(client: Client, portal: PortalTree) -> None:
    staff = make_staff("sam")

    for identifier in (staff.get_username(), staff.email):
        response = client.post("/portal/sign-in/", {"identifier": identifier, "password": PASSWORD})
        assert errors(response) == [WRONG]


def test_a_portal_that_is_off_lets_nobody_in(client: Client, login: PortalLogin, site: Site) -> None:
    switch_portal(site, enabled=False)

    for response in (client.get("/portal/sign-in/"), sign_in(client, login)):
        assert response.status_code == 200
        assert "closed at the moment" in response.content.decode()
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "target", ["/portal/account/?page=2", "/portal/account/orders/SO1/", "http://testserver/portal/"]
)
def test_next_leads_back_to_where_the_customer_wanted_to_go(client: Client, login: PortalLogin, target: str) -> None:
    form = client.get("/portal/sign-in/", {"next": target})
    assert form.context["next"] == target

    assert sign_in(client, login, next=target)["Location"] == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:///evil.example/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "//[",
        "\x00/portal/",
        "\r\nSet-Cookie: a=b",
        "/" + "a" * 10_000,
        "/" + "é" * 1_000,
    ],
)
def test_next_never_leaves_this_host(client: Client, login: PortalLogin, target: str) -> None:
    assert client.get("/portal/sign-in/", {"next": target}).context["next"] == ""
    assert sign_in(client, login, next=target)["Location"] == "/portal/account/"


def test_next_must_be_secure_where_the_page_is(client: Client, login: PortalLogin) -> None:
    data = {"identifier": "ada", "password": PASSWORD, "next": "http://testserver/portal/"}

    assert client.post("/portal/sign-in/", data, secure=True)["Location"] == "/portal/account/"


def test_who_is_signed_in_goes_straight_on(customer_client: Client) -> None:
    assert customer_client.get("/portal/sign-in/")["Location"] == "/portal/account/"
    assert customer_client.get("/portal/sign-in/", {"next": "/portal/"})["Location"] == "/portal/"
    assert customer_client.post("/portal/sign-in/", {})["Location"] == "/portal/account/"


def test_staff_are_told_that_signing_in_ends_their_session_and_it_does(client: Client, login: PortalLogin) -> None:
    staff = make_staff("sam")
    client.force_login(staff)
    session = client.session
    session["staff_secret"] = "x"
    session.save()

    assert "signing in here ends that session" in client.get("/portal/sign-in/").content.decode()
    sign_in(client, login)

    assert client.session[SESSION_KEY] == str(login.user_id)
    assert "staff_secret" not in client.session


def test_signing_in_changes_the_session_key(client: Client, login: PortalLogin) -> None:
    session = client.session
    session["before"] = "x"
    session.save()
    before = session.session_key

    sign_in(client, login)

    assert client.session.session_key != before


def test_a_second_press_of_the_button_does_no_harm(login: PortalLogin) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/portal/sign-in/")
    token = client.cookies["csrftoken"].value
    data = {"identifier": "ada", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/portal/sign-in/", data)["Location"] == "/portal/account/"
    # The second request of a double click still has the cookie of before.
    client.cookies["csrftoken"] = token

    assert client.post("/portal/sign-in/", data)["Location"] == "/portal/account/"


def test_a_post_from_elsewhere_is_refused(login: PortalLogin) -> None:
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client, login).status_code == 403
    assert client.post("/portal/sign-in/sign-out/").status_code == 403


@pytest.mark.parametrize(
    "text", ["a\x00b", "\x00", "x" * 10_000, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
)
def test_odd_input_is_answered_on_the_form(client: Client, login: PortalLogin, text: str) -> None:
    for data in ({"identifier": text, "password": PASSWORD}, {"identifier": "ada", "password": text}):
        response = client.post("/portal/sign-in/", data)
        assert response.status_code == 200
        assert response.context["form"].errors
    assert SESSION_KEY not in client.session


def test_signing_out_takes_a_post(customer_client: Client) -> None:
    for method in (customer_client.get, customer_client.head):
        assert method("/portal/sign-in/sign-out/")["Location"] == "/portal/sign-in/"
        assert SESSION_KEY in customer_client.session

    response = customer_client.post("/portal/sign-in/sign-out/", follow=True)

    assert response.redirect_chain == [("/portal/sign-in/", 302)]
    assert "You are signed out." in response.content.decode()
    assert SESSION_KEY not in customer_client.session


def test_signing_out_twice_and_while_the_portal_is_off_works(customer_client: Client, site: Site) -> None:
    switch_portal(site, enabled=False)

    for _time in range(2):
        assert customer_client.post("/portal/sign-in/sign-out/")["Location"] == "/portal/sign-in/"
        assert SESSION_KEY not in customer_client.session


def test_staff_can_sign_out_here(client: Client, portal: PortalTree) -> None:
    client.force_login(make_user("sam", permissions=("view_customer",)))

    client.post("/portal/sign-in/sign-out/")

    assert SESSION_KEY not in client.session


def test_a_deleted_login_is_unknown(client: Client, login: PortalLogin) -> None:
    delete_login(actor=SYSTEM, login=login)

    assert errors(client.post("/portal/sign-in/", {"identifier": "ada", "password": PASSWORD})) == [WRONG]


def test_the_fields_help_password_managers(client: Client, portal: PortalTree) -> None:
    response = client.get("/portal/sign-in/")
    identifier, password = (field.as_widget() for field in response.context["form"])

    for part in ('type="text"', 'autocomplete="username"', 'inputmode="email"', 'autocapitalize="none"'):
        assert part in identifier
    for part in ('type="password"', 'autocomplete="current-password"'):
        assert part in password
    assert "maxlength" not in password
    assert "<script" not in response.content.decode()
