import pytest
from django.core.checks import run_checks
from pytest_django import Settings

import portal.checks
from portal.errors import PortalRefused
from portal.tree import _page_type


def portal_checks() -> list[str]:
    return [message.id for message in run_checks() if str(message.id).startswith("portal.")]


def test_the_reference_site_is_wired() -> None:
    assert portal_checks() == []


def test_a_missing_app_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.checks.apps, "is_installed", lambda name: name != "wagtail.contrib.routable_page")

    assert [message.hint for message in portal.checks.portal_is_wired()] == [
        'Add "wagtail.contrib.routable_page" to INSTALLED_APPS.'
    ]


def test_missing_middleware_is_named(settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]

    assert portal_checks() == ["portal.E002"]


def test_mails_must_know_the_portal(settings: Settings) -> None:
    settings.CUSTOMER_ADMIN = {}

    assert portal_checks() == ["portal.E003"]


def test_a_host_without_page_types_is_warned_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.checks, "models_of", lambda kind: [])
    monkeypatch.setattr("portal.tree.models_of", lambda kind: [])

    assert portal_checks() == ["portal.W001"]
    with pytest.raises(PortalRefused, match="no page type made from the portal's mixin for “home”"):
        _page_type("home")
