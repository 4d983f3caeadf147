"""System checks: what a host still has to set before the portal works."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning, register

from customer_admin.conf import app_settings

from .addresses import KINDS, models_of

REQUIRED_APPS = (
    "customer_admin",
    "wagtail.contrib.routable_page",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
)
REQUIRED_MIDDLEWARE = (
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)


@register
def portal_is_wired(**kwargs: Any) -> list[CheckMessage]:
    """Name whatever of the short list in docs/how-to/portal.md is missing."""
    found: list[CheckMessage] = [
        Error(f"The portal needs {name}.", hint=f'Add "{name}" to INSTALLED_APPS.', id="portal.E001")
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]
    found += [
        Error(f"The portal needs {name}.", hint=f'Add "{name}" to MIDDLEWARE.', id="portal.E002")
        for name in REQUIRED_MIDDLEWARE
        if name not in app_settings.host("MIDDLEWARE")
    ]
    if not app_settings.host("CUSTOMER_ADMIN", {}).get("PORTAL_ADDRESSES"):
        found.append(
            Error(
                'CUSTOMER_ADMIN["PORTAL_ADDRESSES"] is not set, so mails have no portal to link to.',
                hint='Set it to "portal.addresses.PageAddresses".',
                id="portal.E003",
            )
        )
    return found


@register
def pages_exist(**kwargs: Any) -> list[CheckMessage]:
    """A host with its own base page gets no ready-made pages, and must make its own from the mixins."""
    missing = [kind for kind in KINDS if not models_of(kind)]
    if not missing:
        return []
    return [
        Warning(
            f"No page type is made from the portal's mixin for: {', '.join(missing)}.",
            hint="This site has its own base page. Derive one page type from each mixin in portal.models.mixins.",
            id="portal.W001",
        )
    ]
