"""What a customer does at the portal's door."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Page, Site

from customer_admin.errors import LoginRefused
from customer_admin.mail.links import set_password_token
from customer_admin.models import SYSTEM, ChangeSet, OutgoingEmail, PortalLogin
from customer_admin.operations import (
    check_credentials,
    delete_login,
    merge_customers,
    request_password_reset,
    set_login_enabled,
    set_password_by_link,
    update_login,
)
from customer_admin.operations.sign_in import backend_of, find_login
from customer_admin.selectors.merges import LEAVE, LOGINS
from tests.factories import PASSWORD, make_customer, make_login, make_staff, open_portal
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

WRONG = (
    "Username, e-mail or password is not right. After several wrong tries a login stays closed for a while; "
    "“Forgot password” opens it at once."
)
NEW_PASSWORD = "Another-Field-43"


@pytest.fixture
def login() -> PortalLogin:
    return make_login(username="José", email="Jose@Müller.example")


@pytest.mark.parametrize(
    "identifier",
    ["José", "JOSÉ", "jose\u0301", " josé ", "ｊｏｓé", "Jose@Müller.example", "jose@xn--mller-kva.example"],
)
def test_a_customer_signs_in_with_either_name_in_any_form(login: PortalLogin, identifier: str) -> None:
    with nothing_changes():
        assert check_credentials(identifier=identifier, password=PASSWORD) == login


@pytest.mark.parametrize(
    "identifier",
    ["", "jose", "nobody", "jose@muller.example", "%", "jo\x00sé", "\ud800", "x" * 100_000, "@", "' OR 1=1"],
)
def test_an_unknown_name_is_refused_like_a_wrong_password(login: PortalLogin, identifier: str) -> None:
    assert find_login(identifier) is None
    with nothing_changes():
        with pytest.raises(LoginRefused) as unknown:
            check_credentials(identifier=identifier, password=PASSWORD)
    with pytest.raises(LoginRefused) as wrong:
        check_credentials(identifier="José", password="wrong")
    assert unknown.value.message == wrong.value.message == WRONG
    assert unknown.value.code == wrong.value.code == "wrong"


def test_a_generated_name_is_none_to_sign_in_with(login: PortalLogin) -> None:
    assert find_login(login.user.get_username()) is None


def test_that_a_login_is_disabled_is_said_after_a_right_password_only(login: PortalLogin) -> None:
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    with nothing_changes(), pytest.raises(LoginRefused) as right:
        check_credentials(identifier="josé", password=PASSWORD)
    with pytest.raises(LoginRefused) as wrong:
        check_credentials(identifier="josé", password="wrong")
    assert wrong.value.code == "wrong"
    assert (right.value.code, right.value.message) == ("disabled", "Account is disabled. Please contact us.")


def test_a_merged_login_says_after_a_right_password_which_one_to_use(login: PortalLogin) -> None:
    closed = make_login(username="ada", email="ada@example.com")
    merge_customers(actor=SYSTEM, survivor=login.customer, duplicates=[closed.customer])
    with pytest.raises(LoginRefused) as wrong:
        check_credentials(identifier="ada", password="wrong")
    with pytest.raises(LoginRefused) as right:
        check_credentials(identifier="ada", password=PASSWORD)
    assert wrong.value.code == "wrong"
    assert (right.value.code, login.email in right.value.message) == ("merged", True)


def test_a_merged_login_is_not_enabled_again(login: PortalLogin) -> None:
    merge_customers(actor=SYSTEM, survivor=make_customer(), duplicates=[login.customer], choices={LOGINS: LEAVE})
    login = PortalLogin.objects.get(pk=login.pk)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        set_login_enabled(actor=SYSTEM, login=login, enabled=True)
    assert caught.value.code == "merged"


def test_a_user_disabled_elsewhere_is_disabled_too(login: PortalLogin) -> None:
    get_user_model().objects.filter(pk=login.user_id).update(is_active=False)
    with pytest.raises(LoginRefused) as caught:
        check_credentials(identifier="josé", password=PASSWORD)
    assert caught.value.code == "disabled"


def test_a_login_without_a_password_matches_none() -> None:
    make_login(username="ada", password=None, send_set_password=True)
    for password in ("", "!", PASSWORD):
        with pytest.raises(LoginRefused) as caught:
            check_credentials(identifier="ada", password=password)
        assert caught.value.code == "wrong"


def test_staff_are_no_customers() -> None:
    staff = make_staff("ann")
    with pytest.raises(LoginRefused) as caught:
        check_credentials(identifier=staff.get_username(), password=PASSWORD)
    assert caught.value.code == "wrong"


def test_a_login_of_another_site_is_unknown(login: PortalLogin) -> None:
    page = Page.get_first_root_node().add_child(instance=Page(title="Shop", slug="shop"))
    other = Site.objects.create(hostname="shop.example", root_page=page)
    assert check_credentials(identifier="josé", password=PASSWORD, site=login.customer.site) == login
    with pytest.raises(LoginRefused) as caught:
        check_credentials(identifier="josé", password=PASSWORD, site=other)
    assert caught.value.code == "wrong"


def test_an_unknown_name_takes_as_long_as_a_wrong_password(login: PortalLogin, monkeypatch: Any) -> None:
    hashed = []
    from customer_admin.operations import sign_in

    monkeypatch.setattr(sign_in, "make_password", hashed.append)
    with pytest.raises(LoginRefused):
        check_credentials(identifier="nobody", password="typed")
    assert hashed == ["typed"]


def resets() -> int:
    return OutgoingEmail.objects.filter(kind="password_reset").count()


def test_a_reset_is_mailed_once_in_a_while(login: PortalLogin) -> None:
    request_password_reset(identifier="jose@müller.example")
    request_password_reset(identifier="José")
    assert resets() == 1
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    request_password_reset(identifier="José")
    assert resets() == 2


def test_a_reset_for_nobody_or_for_a_disabled_login_mails_nothing(login: PortalLogin) -> None:
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    with nothing_changes():
        for identifier in ("josé", "nobody@example.com", "", "\x00"):
            request_password_reset(identifier=identifier)


def test_a_link_sets_the_password_as_the_customer(login: PortalLogin) -> None:
    assert set_password_by_link(token=set_password_token(login), password=NEW_PASSWORD) == login
    assert check_credentials(identifier="josé", password=NEW_PASSWORD) == login
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.kind, change_set.actor_kind, change_set.actor_id) == ("edit", "customer", login.user_id)
    assert change_set.actor_label == str(login.customer)


def assert_dead(token: str) -> None:
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        set_password_by_link(token=token, password="Yet-Another-44")
    assert caught.value.code == "link"


def test_a_link_works_once(login: PortalLogin) -> None:
    token = set_password_token(login)
    set_password_by_link(token=token, password=NEW_PASSWORD)
    assert_dead(token)


def test_a_link_dies_with_what_it_was_made_for(login: PortalLogin) -> None:
    token = set_password_token(login)
    update_login(actor=SYSTEM, login=login, email="new@example.com")
    assert_dead(token)
    token = set_password_token(PortalLogin.objects.get())
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    assert_dead(token)
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=True)
    assert_dead(token)
    token = set_password_token(login)
    open_portal(is_open=False)
    assert_dead(token)
    open_portal()
    delete_login(actor=SYSTEM, login=login)
    assert_dead(token)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "é" * 1000])
def test_a_broken_link_is_dead(token: str) -> None:
    assert_dead(token)


def test_a_weak_password_leaves_the_link_alive(login: PortalLogin) -> None:
    token = set_password_token(login)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        set_password_by_link(token=token, password="weak")
    assert list(caught.value.fields) == ["password"]
    set_password_by_link(token=token, password=NEW_PASSWORD)


def test_the_backend_that_keeps_a_customer_signed_in_knows_active_users_only(login: PortalLogin) -> None:
    assert backend_of(login.user) == "django.contrib.auth.backends.ModelBackend"
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    with pytest.raises(LoginRefused) as caught:
        backend_of(login.user)
    assert caught.value.code == "disabled"


@on_postgresql
def test_one_link_used_twice_at_once_works_once() -> None:
    for _round in range(5):
        token = set_password_token(PortalLogin.objects.select_related("user").get(pk=make_login().pk))
        answers = run_together(
            *(lambda t=token, n=n: set_password_by_link(token=t, password=f"Another-Field-{n}") for n in range(3))
        )
        assert sorted(getattr(answer, "code", "set") for answer in answers) == ["link", "link", "set"]
