import re
from base64 import b32decode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.second_factor.models import Authenticator, RecoveryDevice
from customer_admin.second_factor.selectors import recovery_codes_left

from .conftest import Clock
from .factories import (
    code_of,
    logged,
    make_manager,
    make_protected,
    make_staff,
    make_superuser,
    make_user,
    signed_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"customer_admin_second_factor:{name}", args=args)


def key_on(response: Any) -> bytes:
    return b32decode(response.context["secret"].replace(" ", ""))


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["form"].errors)


def test_verifying_leads_back_to_the_page_that_was_asked_for():
    somebody = make_protected()
    response = signed_in(somebody.user).post(url("verify"), {"code": somebody.code(), "next": "/admin/account/"})
    assert (response.status_code, response.headers.get("location")) == (302, "/admin/account/")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_verifying_never_leads_to_another_site(elsewhere: str):
    somebody = make_protected()
    client = signed_in(somebody.user)
    assert "evil" not in client.get(url("verify"), {"next": elsewhere}).content.decode()
    response = client.post(url("verify") + "?next=" + elsewhere, {"code": somebody.code(), "next": elsewhere})
    assert (response.status_code, response.headers.get("location")) == (302, reverse("wagtailadmin_home"))


def test_verifying_gives_the_session_a_new_key():
    somebody = make_protected()
    client = signed_in(somebody.user)
    before = client.session.session_key
    client.post(url("verify"), {"code": somebody.code()})
    assert client.session.session_key != before
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_code_may_be_typed_with_a_space():
    somebody = make_protected()
    code = somebody.code()
    response = signed_in(somebody.user).post(url("verify"), {"code": f" {code[:3]} {code[3:]} "})
    assert response.status_code == 302


def test_a_wrong_code_is_said_beside_the_field_and_keeps_the_door_shut():
    somebody = make_protected()
    client = signed_in(somebody.user)
    response = client.post(url("verify"), {"code": wrong_code(somebody.key)})
    assert "wrong or was used before" in errors_of(response)["code"][0]
    assert client.get(reverse("wagtailadmin_home")).status_code == 302


def test_a_replayed_code_is_refused():
    somebody = make_protected()
    signed_in(somebody.user, verified_with=somebody)
    response = signed_in(somebody.user).post(url("verify"), {"code": somebody.code()})
    assert "was used before" in errors_of(response)["code"][0]


def test_after_wrong_codes_the_page_says_when_to_try_again():
    somebody = make_protected()
    client = signed_in(somebody.user)
    client.post(url("verify"), {"code": wrong_code(somebody.key)})
    response = client.post(url("verify"), {"code": somebody.code()})
    assert "Try again in 1 second." in errors_of(response)["code"][0]


def test_an_empty_code_asks_for_one():
    response = signed_in(make_protected().user).post(url("verify"), {"code": " "})
    assert errors_of(response)["code"] == ["Type the code first."]


def test_a_recovery_code_opens_the_admin_and_says_how_many_are_left():
    somebody = make_protected()
    client = signed_in(somebody.user)
    response = client.post(url("verify") + "?recovery=1", {"code": somebody.recovery_codes[0]}, follow=True)
    assert response.status_code == 200
    assert "You used a recovery code, 9 are left." in response.content.decode()


def test_the_code_field_is_ready_for_phones_and_screen_readers():
    client = signed_in(make_protected().user)
    page = client.get(url("verify")).content.decode()
    field = re.search(r'<input[^>]*name="code"[^>]*>', page).group()
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field
    for described_by in re.search(r'aria-describedby="([^"]*)"', field).group(1).split():
        assert f'id="{described_by}"' in page
    assert 'for="id_code"' in page
    assert 'inputmode="text"' in client.get(url("verify") + "?recovery=1").content.decode()


def test_verifying_is_not_offered_to_those_who_need_not():
    for user in (make_staff(), make_superuser()):
        assert signed_in(user).get(url("verify")).headers.get("location") == reverse("wagtailadmin_home")


def test_setting_up_turns_it_on_and_shows_the_codes_once():
    user = make_staff()
    client = signed_in(user)
    key = key_on(client.get(url("set_up")))
    response = client.post(url("set_up"), {"code": code_of(key)})
    codes = response.context["recovery_codes"]
    page = response.content.decode()
    assert len(codes) == 10
    assert all(code in page for code in codes)
    assert "no-store" in response["cache-control"]
    assert Authenticator.objects.filter(user=user).exists()
    assert client.get(reverse("wagtailadmin_home")).status_code == 200, "the session counts as verified"
    later = client.get(url("overview")).content.decode() + client.get(url("set_up")).content.decode()
    assert not any(code in later for code in codes)


def test_setting_up_where_required_leads_on_to_the_page_that_was_asked_for(mode: Any):
    mode("required")
    client = signed_in(make_staff())
    page = client.get(client.get("/admin/account/").url)
    response = client.post(page.request["PATH_INFO"] + "?next=/admin/account/", {"code": code_of(key_on(page))})
    assert response.context["continue_url"] == "/admin/account/"


def test_setting_up_never_leads_to_another_site():
    client = signed_in(make_staff())
    key = key_on(client.get(url("set_up")))
    response = client.post(url("set_up") + "?next=https://evil.example/", {"code": code_of(key)})
    assert response.context["continue_url"] == url("overview")


def test_a_wrong_code_while_setting_up_keeps_the_same_key():
    client = signed_in(make_staff())
    key = key_on(client.get(url("set_up")))
    response = client.post(url("set_up"), {"code": wrong_code(key)})
    assert "code" in errors_of(response)
    assert key_on(response) == key
    assert not Authenticator.objects.exists()


def test_each_session_is_offered_its_own_key():
    user = make_staff()
    assert key_on(signed_in(user).get(url("set_up"))) != key_on(signed_in(user).get(url("set_up")))


def test_the_key_that_waits_in_the_session_is_not_in_clear():
    client = signed_in(make_staff())
    page = client.get(url("set_up"))
    stored = repr(dict(client.session))
    assert "customer_admin_second_factor_key" in stored
    assert page.context["secret"].replace(" ", "") not in stored
    assert key_on(page).hex() not in stored


def test_the_qr_code_is_drawn_in_the_page():
    page = signed_in(make_staff()).get(url("set_up")).content.decode()
    assert "<svg" in page
    assert "otpauth://totp/" in page


def test_an_account_name_can_not_break_out_of_the_key_address():
    from customer_admin.second_factor.qr_code import key_uri

    user = make_user()
    user.username = 'a:b"<&?secret=x@example.com'
    uri = key_uri(b"k" * 20, user)
    assert not set('"<>') & set(uri)
    assert uri.count("?") == 1
    assert uri.count("secret=") == 1


def test_whoever_has_an_authenticator_must_verify_before_setting_up_another():
    somebody = make_protected()
    client = signed_in(somebody.user)
    assert url("verify") in client.get(url("set_up")).url
    assert url("verify") in client.post(url("set_up"), {"code": "123456"}).url
    assert "customer_admin_second_factor_key" not in client.session


def test_replacing_through_the_page(clock: Clock):
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    key = key_on(client.get(url("set_up")))
    response = client.post(url("set_up"), {"code": code_of(key), "current_code": somebody.code(0)})
    assert response.headers.get("location") == url("overview")
    assert client.get(url("overview")).status_code == 200, "this session stays verified"
    assert signed_in(somebody.user).post(url("verify"), {"code": code_of(key, 1)}).status_code == 302


def test_replacing_ends_the_verification_of_other_sessions(clock: Clock):
    somebody = make_protected()
    other_browser = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    client = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    key = key_on(client.get(url("set_up")))
    client.post(url("set_up"), {"code": code_of(key), "current_code": somebody.code()})
    assert url("verify") in other_browser.get(reverse("wagtailadmin_home")).url


def test_new_recovery_codes_through_the_page(clock: Clock):
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    response = client.post(url("new_recovery_codes"), {"code": somebody.code()})
    codes = response.context["recovery_codes"]
    assert len(codes) == 10
    assert not set(codes) & set(somebody.recovery_codes)


def test_turning_off_through_the_page(clock: Clock):
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    assert client.post(url("turn_off"), {"code": somebody.code()}).headers.get("location") == url("overview")
    assert not Authenticator.objects.exists()
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


@pytest.mark.parametrize("name", ["turn_off", "new_recovery_codes"])
def test_a_wrong_code_changes_nothing(name: str, clock: Clock):
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    assert "code" in errors_of(client.post(url(name), {"code": wrong_code(somebody.key)}))
    assert Authenticator.objects.filter(user=somebody.user).exists()
    assert RecoveryDevice.objects.get(user=somebody.user).verify_token(somebody.recovery_codes[0])


def test_turning_off_is_refused_where_required(mode: Any, clock: Clock):
    mode("required")
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    clock.forward(seconds=60)
    assert url("turn_off") not in client.get(url("overview")).content.decode()
    response = client.post(url("turn_off"), {"code": somebody.code()}, follow=True)
    assert "Everybody needs a second factor here" in response.content.decode()
    assert Authenticator.objects.filter(user=somebody.user).exists()


@pytest.mark.parametrize("name", ["turn_off", "new_recovery_codes"])
def test_without_a_second_factor_there_is_nothing_to_change(name: str):
    client = signed_in(make_staff())
    for response in (client.get(url(name)), client.post(url(name), {"code": "123456"})):
        assert (response.status_code, response.url) == (302, url("overview"))


@pytest.mark.parametrize("name", ["overview", "set_up", "new_recovery_codes", "turn_off"])
def test_where_it_is_switched_off_the_pages_are_gone(mode: Any, name: str):
    mode("off")
    assert signed_in(make_superuser()).get(url(name)).status_code == 404


@pytest.mark.parametrize("name", ["overview", "set_up", "verify", "new_recovery_codes", "turn_off", "staff"])
def test_people_without_admin_access_reach_no_page(name: str):
    for client in (Client(), signed_in(make_user())):
        response = client.get(url(name))
        assert response.status_code == 302
        assert response.url.startswith(reverse("wagtailadmin_login"))


def test_the_overview_warns_when_few_codes_are_left():
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    assert "10 unused codes are left" in client.get(url("overview")).content.decode()
    for code in somebody.recovery_codes[:8]:
        assert RecoveryDevice.objects.get(user=somebody.user).verify_token(code)
    assert "Only 2 codes are left" in client.get(url("overview")).content.decode()


def test_the_account_page_leads_to_the_overview(mode: Any):
    client = signed_in(make_staff())
    assert url("overview") in client.get(reverse("wagtailadmin_account")).content.decode()
    mode("off")
    assert url("overview") not in client.get(reverse("wagtailadmin_account")).content.decode()


@pytest.mark.parametrize(
    ("make", "allowed"),
    [(make_user, False), (make_staff, False), (make_manager, True), (make_superuser, True)],
    ids=["portal customer", "staff", "manager", "superuser"],
)
def test_who_may_reset_through_the_page(make: Any, allowed: bool):
    somebody = make_protected()
    client = signed_in(make())
    assert (client.get(url("reset", somebody.user.pk)).status_code == 200) is allowed
    assert (client.get(url("staff")).status_code == 200) is allowed
    assert client.post(url("reset", somebody.user.pk)).status_code == 302
    assert Authenticator.objects.filter(user=somebody.user).exists() is not allowed
    assert ("second_factor.reset" in logged(somebody.user)) is allowed


def test_an_anonymous_visitor_resets_nothing():
    somebody = make_protected()
    assert Client().post(url("reset", somebody.user.pk)).status_code == 302
    assert Authenticator.objects.filter(user=somebody.user).exists()


def test_looking_at_the_reset_page_resets_nothing():
    somebody = make_protected()
    signed_in(make_manager()).get(url("reset", somebody.user.pk))
    assert recovery_codes_left(somebody.user) == 10


def test_resetting_somebody_without_a_second_factor_says_so():
    user = make_staff()
    client = signed_in(make_manager())
    assert "nothing to reset" in client.get(url("reset", user.pk)).content.decode()
    assert "nothing to reset" in client.post(url("reset", user.pk), follow=True).content.decode()


@pytest.mark.parametrize("key", ["999999", "nobody", "0"])
def test_resetting_nobody_is_not_found(key: str):
    assert signed_in(make_manager()).post(url("reset", key)).status_code == 404


def test_resetting_never_leads_to_another_site():
    client = signed_in(make_manager())
    response = client.post(url("reset", make_protected().user.pk), {"next": "https://evil.example/"})
    assert response.url == url("staff")


def test_the_list_of_staff_links_only_to_those_who_may_be_reset():
    somebody, boss = make_protected(), make_protected(make_superuser())
    page = signed_in(make_manager()).get(url("staff")).content.decode()
    assert url("reset", somebody.user.pk) in page
    assert boss.user.get_username() in page
    assert url("reset", boss.user.pk) not in page


def test_the_list_of_staff_can_be_searched():
    somebody, other = make_protected(), make_protected()
    page = signed_in(make_manager()).get(url("staff_results"), {"q": somebody.user.get_username()}).content.decode()
    assert url("reset", somebody.user.pk) in page
    assert url("reset", other.user.pk) not in page


def test_the_list_of_users_offers_a_reset_at_the_price_of_one_query():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    protected = [make_protected() for _ in range(3)]
    plain = make_staff()
    client = signed_in(make_superuser())
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("wagtailusers_users:index")).content.decode()
    assert all(url("reset", somebody.user.pk) in page for somebody in protected)
    assert url("reset", plain.pk) not in page
    assert (
        len([query for query in queries if 'FROM "customer_admin_second_factor_authenticator"' in query["sql"]]) == 2
    ), "one to see whether the reader must verify, one for the list"


def test_the_settings_menu_leads_managers_to_the_list():
    def menu(user: Any) -> str:
        return signed_in(user).get(reverse("wagtailadmin_home")).content.decode()

    assert url("staff") in menu(make_manager())
    assert url("staff") not in menu(make_staff())
