"""The system checks by their ids. What only a host without an app can show stands in house/test_short_list.py."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings
from django.urls import path
from wagtail.admin.forms.auth import LoginForm

from customer_admin import checks
from customer_admin.forms.staff_login import StaffLoginForm

urlpatterns: list[Any] = [path("elsewhere/", lambda request: None)]


class HostsLoginForm(StaffLoginForm):
    """A host's own form that keeps customers out as well."""


class OpenLoginForm(LoginForm):
    """A host's own form that does not."""


def own(found: list[Any]) -> list[str]:
    return [message.id for message in found]


def test_nothing_is_missing_in_a_host_that_follows_the_list() -> None:
    assert [m for m in run_checks() if str(m.id).startswith("customer_admin.")] == []


def test_e002_names_the_middleware_that_is_missing() -> None:
    without = [name for name in settings.MIDDLEWARE if name != checks.MIDDLEWARE]
    with override_settings(MIDDLEWARE=without):
        (message,) = checks.middleware_is_installed()

    assert message.id == "customer_admin.E002"
    assert checks.MIDDLEWARE in message.hint


def test_e003_names_a_middleware_that_does_not_know_who_is_signed_in() -> None:
    without = [name for name in settings.MIDDLEWARE if name != checks.MIDDLEWARE]
    with override_settings(MIDDLEWARE=[checks.MIDDLEWARE, *without]):
        assert own(checks.middleware_is_installed()) == ["customer_admin.E003"]


def test_e004_names_a_broker_that_is_not_set() -> None:
    with override_settings(DRAMATIQ_BROKER=None):
        assert own(checks.broker_is_set()) == ["customer_admin.E004"]


def test_e005_names_workers_that_would_not_look_for_lost_mails() -> None:
    with override_settings(DRAMATIQ_BROKER={"BROKER": "dramatiq.brokers.stub.StubBroker"}):
        (message,) = checks.broker_is_set()

    assert message.id == "customer_admin.E005"
    assert "customer_admin.queue.RelayMiddleware" in message.hint


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("SECOND_FACTOR", "sometimes", "must be one of"),
        ("PORTAL_USER_FACTORY", "nowhere.at_all", "cannot be imported"),
        ("PORTAL_ADDRESSES", "nowhere.at_all", "cannot be imported"),
    ],
)
def test_e006_says_what_is_wrong_with_a_setting(key: str, value: str, words: str) -> None:
    with override_settings(CUSTOMER_ADMIN={key: value}):
        (message,) = checks.settings_can_be_read()

    assert message.id == "customer_admin.E006"
    assert f'CUSTOMER_ADMIN["{key}"]' in message.msg
    assert words in message.msg


@override_settings(ROOT_URLCONF="tests.test_checks")
def test_e008_names_addresses_that_are_not_included() -> None:
    (message,) = checks.addresses_are_included()

    assert message.id == "customer_admin.E008"
    assert 'include("customer_admin.urls")' in message.hint


def test_w001_warns_where_customers_could_sign_in_at_the_admins_door() -> None:
    with override_settings(WAGTAILADMIN_USER_LOGIN_FORM=None):
        assert own(checks.customers_stay_out_of_the_admin()) == ["customer_admin.W001"]
    with override_settings(WAGTAILADMIN_USER_LOGIN_FORM="tests.test_checks.OpenLoginForm"):
        assert own(checks.customers_stay_out_of_the_admin()) == ["customer_admin.W001"]


def test_a_login_form_of_the_hosts_that_builds_on_ours_is_good() -> None:
    with override_settings(WAGTAILADMIN_USER_LOGIN_FORM="tests.test_checks.HostsLoginForm"):
        assert checks.customers_stay_out_of_the_admin() == []


def test_e010_names_a_login_form_that_is_not_there() -> None:
    with override_settings(WAGTAILADMIN_USER_LOGIN_FORM="nowhere.at_all"):
        assert own(checks.customers_stay_out_of_the_admin()) == ["customer_admin.E010"]


def test_w002_warns_of_a_setting_that_nobody_reads() -> None:
    with override_settings(CUSTOMER_ADMIN={"MAIL_LEASES": 1}):
        (message,) = checks.settings_can_be_read()

    assert message.id == "customer_admin.W002"
    assert 'CUSTOMER_ADMIN["MAIL_LEASES"]' in message.msg


@pytest.mark.parametrize(("inside", "found"), [("media/private", ["customer_admin.E012"]), ("private", [])])
def test_e012_names_the_folder_that_a_web_server_would_hand_out(tmp_path: Path, inside: str, found: list[str]) -> None:
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / inside}}
    storages = {**settings.STORAGES, "customer_admin_private": storage}
    with override_settings(MEDIA_ROOT=str(tmp_path / "media"), STORAGES=storages):
        assert own(checks.private_files_stay_private()) == found
