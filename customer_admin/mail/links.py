"""Links that let a customer set a password. They are made at delivery and never stored.

A link carries the login's key and a fingerprint of its state, signed with the time. Setting a password, changing the
e-mail or disabling the login changes that state, and so ends every link that was made before.
"""

import re

from django.core import signing
from django.db.models import Max
from django.utils.crypto import constant_time_compare, salted_hmac

from customer_admin.conf import app_settings
from customer_admin.models import PortalLogin
from customer_admin.selectors.site_settings import settings_of

SALT = "customer_admin.set_password"
# Also in the forms that a colon takes in addresses: "%3A", and "_3a" in those of the portal's pages.
_OPAQUE = re.compile(r"[\w:=%-]{40,}")


def set_password_token(login: PortalLogin) -> str:
    """What proves, for as long as `SET_PASSWORD_LINK_LIFETIME`, that somebody read the mail to this login."""
    return signing.dumps([login.pk, _fingerprint(login)], salt=SALT)


def set_password_link(login: PortalLogin) -> str:
    """A fresh address at which the customer sets a password. Raises RuntimeError on a host without a portal."""
    addresses = app_settings.PORTAL_ADDRESSES
    if addresses is None:
        raise RuntimeError('CUSTOMER_ADMIN["PORTAL_ADDRESSES"] is not set.')
    return addresses(login.customer.site).set_password(set_password_token(login))


def login_of_token(token: str) -> PortalLogin | None:
    """The login that a token is for, or None when it is wrong, used or too old, or its login can't sign in."""
    try:
        key, fingerprint = signing.loads(token, salt=SALT, max_age=app_settings.SET_PASSWORD_LINK_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    login = (
        PortalLogin.objects.select_related("user", "customer__site")
        .filter(pk=key, is_enabled=True, user__is_active=True)
        .first()
    )
    if login is None or not settings_of(login.customer.site).portal_enabled:
        return None
    return login if constant_time_compare(fingerprint, _fingerprint(login)) else None


def hide_tokens(text: str) -> str:
    """`text` without what might open something: mail servers quote links when they refuse a mail.

    How a portal writes a token into an address is its own matter, so everything long without a gap is hidden.
    """
    return _OPAQUE.sub("…", text)


def _fingerprint(login: PortalLogin) -> str:
    disabled = PortalLogin.history.filter(id=login.pk, is_enabled=False).aggregate(last=Max("history_id"))["last"]
    state = f"{login.user.password}|{login.email_key}|{login.password_set_at}|{disabled}"
    return salted_hmac(SALT, state, algorithm="sha256").hexdigest()[:32]
