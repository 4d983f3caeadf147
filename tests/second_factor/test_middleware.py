from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from .factories import make_protected, make_staff, make_superuser, make_user, signed_in

pytestmark = pytest.mark.django_db

VERIFY = "/second-factor/verify/"
SET_UP = "/second-factor/set-up/"


def home() -> str:
    return reverse("wagtailadmin_home")


@pytest.mark.parametrize(
    ("mode_name", "protected", "expected"),
    [
        ("off", False, None),
        ("off", True, None),
        ("offered", False, None),
        ("offered", True, VERIFY),
        ("required", False, SET_UP),
        ("required", True, VERIFY),
    ],
)
@pytest.mark.parametrize("make", [make_staff, make_superuser])
def test_what_staff_are_asked_for(mode: Any, mode_name: str, protected: bool, expected: str | None, make: Any):
    user = make()
    if protected:
        make_protected(user)
    mode(mode_name)
    page = signed_in(user).get(home())
    changed = signed_in(user).post(reverse("wagtailadmin_dismissibles"), {})
    background = signed_in(user).get(home(), headers={"x-requested-with": "XMLHttpRequest"})
    if expected is None:
        assert page.status_code == 200
        assert changed.status_code != 403
        assert background.status_code == 200
    else:
        assert page.status_code == 302
        assert page.url.partition("?")[0].endswith(expected)
        for refused in (changed, background):
            assert refused.status_code == 403
            assert refused["content-type"].startswith("text/plain")
            assert b"Open the admin in a new tab" in refused.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "head", "options"])
def test_everything_but_a_page_load_is_refused_until_verified(method: str):
    somebody = make_protected()
    assert getattr(signed_in(somebody.user), method)(reverse("wagtailadmin_account")).status_code == 403


def test_a_verified_session_enters():
    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    assert client.get(home()).status_code == 200
    assert client.post(reverse("wagtailadmin_dismissibles"), {}).status_code != 403


def test_verifying_in_one_browser_does_not_open_another():
    somebody = make_protected()
    signed_in(somebody.user, verified_with=somebody)
    assert signed_in(somebody.user).get(home()).status_code == 302


def test_somebody_elses_device_in_the_session_opens_nothing():
    from django_otp import DEVICE_ID_SESSION_KEY

    from customer_admin.second_factor.models import Authenticator

    somebody, other = make_protected(), make_protected()
    client = signed_in(somebody.user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = Authenticator.objects.get(user=other.user).persistent_id
    session.save()
    assert client.get(home()).status_code == 302


def test_the_way_back_is_kept():
    somebody = make_protected()
    response = signed_in(somebody.user).get(reverse("wagtailadmin_account") + "?tab=1")
    assert response.url.endswith("?next=" + reverse("wagtailadmin_account") + "%3Ftab%3D1")


@pytest.mark.parametrize("mode_name", ["offered", "required"])
def test_people_without_admin_access_are_left_to_wagtail(mode: Any, mode_name: str):
    mode(mode_name)
    for client in (Client(), signed_in(make_user())):
        response = client.get(home())
        assert response.status_code == 302
        assert response.url.startswith(reverse("wagtailadmin_login"))


def test_pages_outside_the_admin_are_not_asked_about(mode: Any):
    mode("required")
    assert signed_in(make_staff()).get("/no-such-page/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "wagtailadmin_login",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_done",
        "wagtailadmin_password_reset_complete",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
    ],
)
def test_what_signing_in_needs_stays_open(name: str):
    response = signed_in(make_protected().user).get(reverse(name))
    assert "second-factor" not in response.headers.get("location", "")
    assert response.status_code in (200, 302)


def test_signing_out_works_before_verifying():
    client = signed_in(make_protected().user)
    assert client.post(reverse("wagtailadmin_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["overview", "new_recovery_codes", "turn_off", "staff"])
def test_our_other_pages_are_closed_before_verifying(name: str):
    response = signed_in(make_protected(make_superuser()).user).get(reverse(f"customer_admin_second_factor:{name}"))
    assert response.status_code == 302
    assert VERIFY in response.url


def test_a_reset_while_signed_in_ends_the_verification():
    from customer_admin.second_factor import operations

    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    operations.reset_second_factor(actor=make_superuser(), user=somebody.user)
    make_protected(somebody.user)
    assert client.get(home()).status_code == 302


def test_a_verified_session_costs_no_query_of_ours(django_assert_num_queries: Any):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    somebody = make_protected()
    client = signed_in(somebody.user, verified_with=somebody)
    with CaptureQueriesContext(connection) as queries:
        client.get(home())
    ours = [query["sql"] for query in queries if "second_factor" in query["sql"]]
    assert len(ours) == 1, "only OTPMiddleware's own"
