"""What tests about mail share; modules elsewhere import what they use."""

from collections.abc import Callable, Iterator
from typing import Any

import django
import pytest

from customer_admin.models import PortalLogin
from customer_admin.operations import SYSTEM, create_login
from tests.factories import make_customer
from tests.mail.portal import open_portal
from tests.mail.queues import empty_queues
from tests.mail.smtp import MailServer

__all__ = ["login", "mail_server", "make_login", "portal", "use_mail_backend"]


@pytest.fixture
def portal(db: None, settings: Any) -> Any:
    """The portal of the default site is on, and the queues are empty."""
    settings.CUSTOMER_ADMIN = {
        **getattr(settings, "CUSTOMER_ADMIN", {}),
        "PORTAL_ADDRESSES": "tests.mail.portal.PlainAddresses",
    }
    settings.DEFAULT_FROM_EMAIL = "customers@example.com"
    empty_queues()
    return open_portal()


@pytest.fixture
def make_login(portal: Any) -> Callable[..., PortalLogin]:
    def make(**fields: Any) -> PortalLogin:
        customer = fields.pop("customer", None) or make_customer(email="ada@example.com")
        values = {"email": "ada@example.com", "username": "ada", "send_set_password": "password" not in fields}
        return create_login(actor=SYSTEM, customer=customer, **{**values, **fields})

    return make


@pytest.fixture
def login(make_login: Callable[..., PortalLogin]) -> PortalLogin:
    """Ada's login, of which the mail with the link to set a password is in the outbox."""
    return make_login()


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that listens, to which this installation's mail goes."""
    server = MailServer()
    server.start()
    use_mail_backend(
        settings, "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=server.port, timeout=5
    )
    yield server
    server.stop()


def use_mail_backend(settings: Any, backend: str, **options: Any) -> None:
    """Send by `backend`, under the names that this Django knows."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        return
    settings.EMAIL_BACKEND = backend
    for name, value in options.items():
        setattr(settings, f"EMAIL_{name.upper()}", value)
