import pytest
from django.test import Client
from wagtail.models import Site

from customer_admin.models import SYSTEM, OutgoingEmail, PortalLogin
from customer_admin.operations import set_login_enabled
from portal.tree import PortalTree
from tests.portal.conftest import switch_portal

ADDRESS = "/portal/forgot-password/"


def resets() -> list[str]:
    return list(OutgoingEmail.objects.filter(kind="password_reset").values_list("to_address", flat=True))


def test_asking_sends_one_mail_and_says_to_look_for_it(client: Client, login: PortalLogin) -> None:
    response = client.post(ADDRESS, {"identifier": "ADA"}, follow=True)

    assert response.redirect_chain == [(f"{ADDRESS}sent/", 302)]
    assert "Look into your mailbox" in response.content.decode()
    assert resets() == ["ada@example.com"]


def test_the_answer_is_the_same_whether_or_not_somebody_is_known(client: Client, login: PortalLogin) -> None:
    answers = {
        identifier: client.post(ADDRESS, {"identifier": identifier}, follow=True)
        for identifier in ("ada@example.com", "nobody@example.com", "nobody", "\u202eada", "x" * 254)
    }

    pages = {response.content for response in answers.values()}
    assert len(pages) == 1
    assert {tuple(response.redirect_chain) for response in answers.values()} == {((f"{ADDRESS}sent/", 302),)}


def test_a_disabled_login_gets_the_same_answer_and_no_mail(client: Client, login: PortalLogin) -> None:
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)

    assert client.post(ADDRESS, {"identifier": "ada"})["Location"] == f"{ADDRESS}sent/"
    assert resets() == []


def test_asking_twice_sends_one_mail(client: Client, login: PortalLogin) -> None:
    for _time in range(2):
        assert client.post(ADDRESS, {"identifier": "ada"}).status_code == 302
    assert resets() == ["ada@example.com"]


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 10_000])
def test_odd_input_is_answered_on_the_form(client: Client, login: PortalLogin, text: str) -> None:
    response = client.post(ADDRESS, {"identifier": text})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["identifier"]
    assert resets() == []


def test_editors_may_say_it_in_their_own_words(client: Client, portal: PortalTree) -> None:
    page = portal.pages["forgot_password"].specific
    page.sent_text = "<p>Wait for the <b>pigeon</b>.</p>"
    page.save()

    content = client.get(f"{ADDRESS}sent/").content.decode()

    assert "Wait for the <b>pigeon</b>." in content
    assert "is on its way to you" not in content


def test_a_portal_that_is_off_sends_nothing(client: Client, login: PortalLogin, site: Site) -> None:
    switch_portal(site, enabled=False)

    assert "closed at the moment" in client.post(ADDRESS, {"identifier": "ada"}).content.decode()
    assert resets() == []


def test_a_post_from_elsewhere_is_refused(login: PortalLogin) -> None:
    assert Client(enforce_csrf_checks=True).post(ADDRESS, {"identifier": "ada"}).status_code == 403
    assert resets() == []
