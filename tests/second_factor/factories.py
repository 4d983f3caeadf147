"""Makers of people with and without a second factor."""

import itertools
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from customer_admin.second_factor import operations
from customer_admin.second_factor.models import totp

_counter = itertools.count(1)


@dataclass
class Protected:
    """Somebody whose second factor is on, with all that only they know."""

    user: Any
    key: bytes
    recovery_codes: list[str]

    def code(self, step: int = 1) -> str:
        return code_of(self.key, step)


def make_user(*permissions: str, **fields: Any) -> Any:
    name = f"person-{next(_counter)}"
    user = get_user_model().objects.create_user(name, f"{name}@example.com", "Sunny-Field-42", **fields)
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return get_user_model().objects.get(pk=user.pk)


def make_staff() -> Any:
    return make_user("wagtailadmin.access_admin")


def make_manager() -> Any:
    return make_user("wagtailadmin.access_admin", "customer_admin_second_factor.reset_second_factor")


def make_superuser() -> Any:
    return make_user(is_superuser=True)


def make_protected(user: Any = None) -> Protected:
    """Turned on with the code of the present step, so that the next one is the first that may follow."""
    user = user or make_staff()
    key = secrets.token_bytes(20)
    enabled = operations.enable_second_factor(actor=user, key=key, code=code_of(key, 0))
    return Protected(user, key, enabled.recovery_codes)


def code_of(key: bytes, step: int = 0) -> str:
    """What an authenticator shows so many steps of 30 seconds from now."""
    codes = totp(key)
    codes.time += step * 30
    return f"{codes.token():06d}"


def wrong_code(key: bytes) -> str:
    """Six digits that the authenticator shows at no time near now."""
    near = {code_of(key, step) for step in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in near
    )


def signed_in(user: Any, *, verified_with: Protected | None = None) -> Client:
    """A browser after the password, and after the second factor where one is given."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if verified_with:
        response = client.post(reverse("customer_admin_second_factor:verify"), {"code": verified_with.code()})
        assert response.status_code == 302, response.content
    return client


def logged(user: Any) -> list[str]:
    """What Wagtail's log says about this user's second factor, oldest first."""
    entries = ModelLogEntry.objects.for_instance(user).filter(action__startswith="second_factor.")
    return list(entries.order_by("pk").values_list("action", flat=True))
