"""Who knocks at a screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_auditor, make_manager, make_portal_user, make_staff, make_user

ROLES: dict[str, Callable[[], Any]] = {
    "anonymous": lambda: None,
    "portal customer": make_portal_user,
    "editor": lambda: make_user(permissions=("view_image",)),
    "staff": make_staff,
    "auditor": make_auditor,
    "manager": make_manager,
}

each_role = pytest.mark.parametrize("role", ROLES)


def sign_in(client: Client, role: str) -> Client:
    """The client of somebody in this role."""
    user = ROLES[role]()
    if user is not None:
        client.force_login(user)
    return client


def is_refused(response: Any, role: str) -> bool:
    """Whether Wagtail refused in its usual way: who may not enter is sent to sign in, others to the first page."""
    name = "wagtailadmin_login" if role in ("anonymous", "portal customer") else "wagtailadmin_home"
    return bool(response.status_code == 302 and response.url.split("?")[0] == reverse(name))
