"""Links to set a password: what they open, and what ends them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import signing

from customer_admin.errors import LoginRefused
from customer_admin.mail.links import hide_tokens, login_of_token, set_password_link, set_password_token
from customer_admin.models import SYSTEM, PortalLogin
from customer_admin.operations import delete_login, set_login_enabled, set_password_by_link, update_login
from tests.factories import PASSWORD
from tests.mail.portal import open_portal


def test_a_link_opens_the_login_it_was_made_for(login: PortalLogin) -> None:
    assert login_of_token(set_password_token(login)) == login
    assert re.fullmatch(r"https://shop\.example/set-password/[\w:=-]+/", set_password_link(login))


def test_a_used_link_is_dead(login: PortalLogin) -> None:
    token = set_password_token(login)
    set_password_by_link(token=token, password=PASSWORD)
    assert login_of_token(token) is None
    with pytest.raises(LoginRefused, match="expired or was used already") as refusal:
        set_password_by_link(token=token, password="Another-Field-43")
    assert refusal.value.code == "link"
    assert PortalLogin.objects.get().user.check_password(PASSWORD)


def test_all_links_made_before_die_with_the_first_use(login: PortalLogin) -> None:
    first, second = set_password_token(login), set_password_token(login)
    set_password_by_link(token=second, password=PASSWORD)
    assert login_of_token(first) is None


def test_a_link_is_dead_after_the_e_mail_changed(login: PortalLogin) -> None:
    token = set_password_token(login)
    update_login(actor=SYSTEM, login=login, email="ada.stone@example.com")
    assert login_of_token(token) is None


def test_a_link_outlives_a_corrected_username(login: PortalLogin) -> None:
    token = set_password_token(login)
    update_login(actor=SYSTEM, login=login, username="ada.stone")
    assert login_of_token(token) == login


def test_a_link_is_dead_after_the_login_was_disabled_even_if_it_is_enabled_again(login: PortalLogin) -> None:
    token = set_password_token(login)
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    assert login_of_token(token) is None
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=True)
    assert login_of_token(token) is None
    assert login_of_token(set_password_token(login)) == login


def test_a_link_is_dead_while_the_user_behind_it_is_inactive(login: PortalLogin) -> None:
    token = set_password_token(login)
    get_user_model().objects.filter(pk=login.user_id).update(is_active=False)
    assert login_of_token(token) is None


def test_a_link_is_dead_after_the_login_was_deleted(login: PortalLogin) -> None:
    token = set_password_token(login)
    delete_login(actor=SYSTEM, login=login)
    assert login_of_token(token) is None


def test_a_link_is_dead_while_the_portal_is_off(login: PortalLogin) -> None:
    token = set_password_token(login)
    open_portal(portal_enabled=False)
    assert login_of_token(token) is None


def test_a_link_is_dead_after_its_lifetime(login: PortalLogin, settings: Any) -> None:
    token = set_password_token(login)
    settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "SET_PASSWORD_LINK_LIFETIME": timedelta(seconds=-1)}
    assert login_of_token(token) is None


@pytest.mark.parametrize(
    "token",
    ["", "x", "a:b:c", signing.dumps([1, "x"]), signing.dumps("text", salt="customer_admin.set_password")],
    ids=["empty", "a letter", "no base64", "unsalted", "not a link's"],
)
def test_a_wrong_token_opens_nothing(login: PortalLogin, token: str) -> None:
    assert login_of_token(token) is None


def test_a_host_without_a_portal_says_which_setting_is_missing(login: PortalLogin, settings: Any) -> None:
    settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "PORTAL_ADDRESSES": None}
    with pytest.raises(RuntimeError, match="PORTAL_ADDRESSES"):
        set_password_link(login)


def test_tokens_are_hidden_wherever_they_stand_in_a_text(login: PortalLogin) -> None:
    token = set_password_token(login)
    assert hide_tokens(f"see https://shop.example/{token}/ and {token.replace(':', '_3a')}.") == (
        "see https://shop.example/…/ and …."
    )
    assert hide_tokens("451 4.7.1 at 10:30:15: try again") == "451 4.7.1 at 10:30:15: try again"
