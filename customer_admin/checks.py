"""System checks: what a host still has to set, and what would let a row escape the history."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning, register

from .conf import app_settings
from .models import TrackedQuerySet, tracked_models

REQUIRED_APPS = ("wagtail.snippets", "wagtail.contrib.settings", "django_dramatiq")


@register
def host_is_wired(**kwargs: Any) -> list[CheckMessage]:
    """Name whatever of the short list in the README is missing."""
    found: list[CheckMessage] = [
        Error(f"{name} is not installed.", hint=f'Add "{name}" to INSTALLED_APPS.', id="customer_admin.E001")
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]
    middleware = list(app_settings.host("MIDDLEWARE"))
    own, auth = (
        "customer_admin.middleware.ChangeSetMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    )
    if own not in middleware:
        found.append(
            Error("The change set middleware is missing.", hint=f'Add "{own}" to MIDDLEWARE.', id="customer_admin.E002")
        )
    elif auth in middleware and middleware.index(own) < middleware.index(auth):
        found.append(Error(f"{own} stands before {auth}.", hint="Move it to the end.", id="customer_admin.E003"))
    broker = app_settings.host("DRAMATIQ_BROKER")
    if broker is None:
        found.append(
            Error(
                "DRAMATIQ_BROKER is not set.", hint="See “Add it to your site” in the README.", id="customer_admin.E004"
            )
        )
    elif "customer_admin.queue.RelayMiddleware" not in broker.get("MIDDLEWARE", []):
        found.append(
            Error(
                "Mails whose message was lost would stay unsent.",
                hint='Add "customer_admin.queue.RelayMiddleware" to MIDDLEWARE in DRAMATIQ_BROKER.',
                id="customer_admin.E005",
            )
        )
    if app_settings.host("WAGTAILADMIN_USER_LOGIN_FORM") is None:
        found.append(
            Warning(
                "Customers could sign in at the admin's door, and would be turned away behind it.",
                hint='Set WAGTAILADMIN_USER_LOGIN_FORM = "customer_admin.forms.staff_login.StaffLoginForm".',
                id="customer_admin.W001",
            )
        )
    return found


@register
def settings_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """Ask each setting once, so that a wrong value shows at the start and not with the first customer."""
    found: list[CheckMessage] = []
    for name in (name for name in vars(type(app_settings)) if name.isupper()):
        try:
            getattr(app_settings, name)
        except Exception as error:
            found.append(Error(str(error), id="customer_admin.E006"))
    return found


@register
def tracked_models_record(**kwargs: Any) -> list[CheckMessage]:
    """Every manager of a tracked model that Django writes through must record."""
    return [
        Error(
            f"{model._meta.label} is tracked, but its {kind} manager does not record what it writes.",
            hint="Make its managers from TrackedQuerySet and name one as base_manager_name in Meta.",
            obj=model,
            id="customer_admin.E007",
        )
        for model in tracked_models()
        for kind, manager in (("base", model._base_manager), ("default", model._default_manager))
        if not isinstance(manager.get_queryset(), TrackedQuerySet)
    ]
