"""What `manage.py check` says on a host that forgot a line of docs/how-to/install.md."""

import pytest

from tests.house.commands import manage


def check(*arguments: str, expect: int = 1, **environment: str) -> str:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.house.lacking", **environment}
    done = manage("check", *arguments, expect=expect, **settings)
    return done.stdout + done.stderr


def test_nothing_is_said_when_nothing_is_missing() -> None:
    assert "no issues" in check(expect=0)


@pytest.mark.parametrize("name", ["wagtail.contrib.settings", "django_dramatiq", "wagtail.snippets"])
def test_an_app_that_is_missing_is_named(name: str) -> None:
    said = check(LACKING_APP=name)

    assert "customer_admin.E001" in said
    assert f'Add "{name}" to INSTALLED_APPS.' in said


def test_a_broker_that_is_not_set_is_named_before_anything_else_fails() -> None:
    said = check(LACKING_SETTING="DRAMATIQ_BROKER")

    assert "DRAMATIQ_BROKER is not set. docs/how-to/install.md shows what to begin with." in said


def test_an_order_that_hides_the_workers_refusal_is_named() -> None:
    assert "customer_admin.E009" in check(FIRST_APP="django_dramatiq")


@pytest.mark.parametrize("name", ["wagtail.snippets", "wagtail.users"])
def test_an_order_in_which_nothing_can_be_added_to_wagtail_is_named(name: str) -> None:
    assert f'Move "customer_admin" above "{name}" in INSTALLED_APPS' in check(FIRST_APP=name)
