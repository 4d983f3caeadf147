"""System checks: what a host still has to set, and what would let a row escape the history."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.files.storage import FileSystemStorage
from django.core.management import get_commands
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from .conf import app_settings
from .models import tracked_models
from .models.countered import misuse_of
from .models.escapes import escapes_of
from .models.history import moving_fields

REQUIRED_APPS = ("wagtail.snippets", "wagtail.contrib.settings", "django_dramatiq", "django_filters")
MIDDLEWARE = "customer_admin.middleware.ChangeSetMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
RELAY = "customer_admin.queue.RelayMiddleware"
LOGIN_FORM = "customer_admin.forms.staff_login.StaffLoginForm"


@register
def apps_are_installed(**kwargs: Any) -> list[CheckMessage]:
    """Name the apps that are missing, or that stand where they hide something of this one."""
    found: list[CheckMessage] = [
        Error(f"{name} is not installed.", hint=f'Add "{name}" to INSTALLED_APPS.', id="customer_admin.E001")
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]
    if get_commands().get("rundramatiq") == "django_dramatiq":
        found.append(
            Error(
                "django_dramatiq stands before customer_admin and hides its rundramatiq, which refuses to wait for "
                "messages that can't come.",
                hint='Move "customer_admin" above "django_dramatiq" in INSTALLED_APPS.',
                id="customer_admin.E009",
            )
        )
    return found


@register
def middleware_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """The net under views of others is there, and knows who is signed in."""
    middleware = list(app_settings.host("MIDDLEWARE"))
    if MIDDLEWARE not in middleware:
        return [
            Error(
                "The change set middleware is missing: what views of others write in the admin would be refused.",
                hint=f'Add "{MIDDLEWARE}" to the end of MIDDLEWARE.',
                id="customer_admin.E002",
            )
        ]
    if AUTHENTICATION in middleware and middleware.index(MIDDLEWARE) < middleware.index(AUTHENTICATION):
        return [
            Error(
                f"{MIDDLEWARE} stands before {AUTHENTICATION}.",
                hint="Move it to the end of MIDDLEWARE.",
                id="customer_admin.E003",
            )
        ]
    return []


@register
def broker_is_set(**kwargs: Any) -> list[CheckMessage]:
    """There is a broker, and its workers look for mails that were left behind."""
    broker = app_settings.host("DRAMATIQ_BROKER")
    if broker is None:
        return [
            Error(
                "DRAMATIQ_BROKER is not set.",
                hint="docs/how-to/install.md shows the setting to begin with.",
                id="customer_admin.E004",
            )
        ]
    if RELAY not in broker.get("MIDDLEWARE", []):
        return [
            Error(
                "Mails whose message was lost would stay unsent.",
                hint=f'Add "{RELAY}" to MIDDLEWARE in DRAMATIQ_BROKER.',
                id="customer_admin.E005",
            )
        ]
    return []


@register(Tags.urls)
def addresses_are_included(**kwargs: Any) -> list[CheckMessage]:
    """The addresses outside the admin are part of the host's."""
    if not app_settings.host("ROOT_URLCONF"):
        return []
    try:
        reverse("customer_admin:healthz")
    except NoReverseMatch:
        return [
            Error(
                "The addresses of customer_admin are not included.",
                hint='Add path("", include("customer_admin.urls")) to the URL configuration, above Wagtail\'s own.',
                id="customer_admin.E008",
            )
        ]
    return []


@register
def customers_stay_out_of_the_admin(**kwargs: Any) -> list[CheckMessage]:
    """The admin's login form refuses customers."""
    path = app_settings.host("WAGTAILADMIN_USER_LOGIN_FORM")
    if path is not None:
        try:
            if issubclass(import_string(path), import_string(LOGIN_FORM)):
                return []
        except ImportError as error:
            return [Error(f"WAGTAILADMIN_USER_LOGIN_FORM can't be imported: {error}", id="customer_admin.E010")]
    return [
        Warning(
            "Customers could sign in at the admin's door, and would be turned away behind it.",
            hint=f'Set WAGTAILADMIN_USER_LOGIN_FORM = "{LOGIN_FORM}", or to a class that inherits from it.',
            id="customer_admin.W001",
        )
    ]


@register
def settings_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """Ask each setting once, so that a wrong value shows at the start and not with the first customer."""
    found: list[CheckMessage] = []
    known = [name for name in vars(type(app_settings)) if name.isupper()]
    for name in known:
        try:
            getattr(app_settings, name)
        except Exception as error:
            found.append(Error(str(error), id="customer_admin.E006"))
    found.extend(
        Warning(
            f'CUSTOMER_ADMIN["{name}"] means nothing to this app.',
            hint="docs/reference/settings.md lists the names; compare the spelling.",
            id="customer_admin.W002",
        )
        for name in app_settings.host("CUSTOMER_ADMIN", {})
        if name not in known
    )
    return found


@register
def private_files_stay_private(**kwargs: Any) -> list[CheckMessage]:
    """The folder for documents about customers lies in none that web servers hand out."""
    try:
        storage = app_settings.PRIVATE_STORAGE
    except Exception:
        return []  # What is wrong with the setting is told with the others.
    if not isinstance(storage, FileSystemStorage):
        return []
    folder = Path(storage.location)
    return [
        Error(
            f"Documents about customers are kept in {folder}, which lies in {name}: anybody could fetch them.",
            hint="Give the storage customer_admin_private a location outside of it.",
            id="customer_admin.E012",
        )
        for name in ("MEDIA_ROOT", "STATIC_ROOT")
        if (served := app_settings.host(name)) and folder.is_relative_to(Path(served).absolute())
    ]


@register
def tracked_models_record(**kwargs: Any) -> list[CheckMessage]:
    """Every way in which Django writes the rows of a tracked model must pass the history, and counter-entries work."""
    found: list[CheckMessage] = []
    for model in tracked_models():
        found += [
            Error(f"{model._meta.label} is tracked, but {problem}.", hint=hint, obj=model, id="customer_admin.E007")
            for problem, hint in escapes_of(model)
        ]
        found += [
            Error(
                f"{model._meta.label} is only countered, but {problem}.", hint=hint, obj=model, id="customer_admin.E011"
            )
            for problem, hint in (misuse_of(model) if model.is_only_countered else ())
        ]
        found += [
            Warning(
                f"Each save of {model._meta.label} leaves history, if only of {field.name}.",
                hint=f'Add "{field.name}" to its untracked_fields, and make a migration.',
                obj=model,
                id="customer_admin.W003",
            )
            for field in moving_fields(model)
            if field in model.history.model.tracked_fields
        ]
    return found
