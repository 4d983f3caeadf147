"""What a customer does at the portal's door: sign in, ask for a link, set a password with it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import load_backend
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from customer_admin.conf import app_settings
from customer_admin.errors import LoginRefused
from customer_admin.mail.links import login_of_token
from customer_admin.models import OutgoingEmail, PortalLogin, recording
from customer_admin.models.keys import email_key, storable, unique_key

from .logins import lock_login, set_password
from .mail import queue_email
from .sign_in_failures import count_failure, forget_failures

RESET_PAUSE = timedelta(minutes=2)


def check_credentials(*, identifier: str, password: str, site: Site | None = None) -> PortalLogin:
    """The login of whoever typed this username or e-mail and this password.

    With `site`, logins of other sites' customers count as unknown. Raises LoginRefused; that a login is disabled, or of
    an account that was merged into another one, is said only to somebody who gave the right password. Wrong passwords
    lock a login for a while, in which no password is tried at all; nothing in the answer tells that from an unknown
    name or a wrong password.
    """
    login = find_login(identifier)
    if login is None or (site is not None and login.customer.site_id != site.pk) or login.is_locked:
        make_password(password)  # Takes as long as checking one, so the time tells nobody which names exist.
        raise _wrong()
    if not login.user.check_password(password):
        count_failure(login)
        raise _wrong()
    if not forget_failures(login):
        raise _wrong()
    if login.customer.merged_into_id is not None:
        raise LoginRefused(_told_of_merge(login), code="merged")
    if not (login.is_enabled and login.user.is_active):
        raise LoginRefused(_("Account is disabled. Please contact us."), code="disabled")
    return login


def find_login(identifier: str) -> PortalLogin | None:
    """The login with this username or e-mail."""
    if storable(identifier) != identifier:
        return None
    return (
        PortalLogin.objects.select_related("user", "customer__site")
        .filter(Q(username_key=unique_key(identifier)) | Q(email_key=email_key(identifier)))
        .first()
    )


def request_password_reset(*, identifier: str) -> None:
    """Mail a link to set a new password, if there is such a login; says nothing either way.

    A second request within two minutes adds no second mail.
    """
    login = find_login(identifier)
    if login is None or not login.is_enabled:
        return
    recent = OutgoingEmail.objects.filter(
        login=login, kind="password_reset", created_at__gt=timezone.now() - RESET_PAUSE
    )
    if not recent.exists():
        queue_email(kind="password_reset", login=login)


def set_password_by_link(*, token: str, password: str) -> PortalLogin:
    """Set the password of the login that a mailed link is for. Raises LoginRefused with code "link" for a dead link."""
    login = login_of_token(token)
    if login is None:
        raise _dead_link()
    with recording(actor=login.user):
        lock_login(login)
        if login_of_token(token) is None:  # Somebody else used it while this one waited.
            raise _dead_link()
        return set_password(actor=login.user, login=login, password=password)


def _told_of_merge(login: PortalLogin) -> str:
    kept = PortalLogin.objects.filter(customer=login.customer.merged_into_id, is_enabled=True).first()
    if kept is None:
        return _("This account was merged into another one that has no login. Please contact us.")
    return _("This account was merged into another one. Sign in with %(email)s.") % {"email": kept.email}


def backend_of(user: Any) -> str:
    """The authentication backend that keeps `user` signed in: the first one that knows the user."""
    for path in app_settings.host("AUTHENTICATION_BACKENDS"):
        if load_backend(path).get_user(user.pk) is not None:
            return path
    raise LoginRefused(_("Account is disabled. Please contact us."), code="disabled")


def _dead_link() -> LoginRefused:
    return LoginRefused(
        _("This link has expired or was used already. Ask for a new one with “Forgot password”."), code="link"
    )


def _wrong() -> LoginRefused:
    """Says to everybody what helps whom."""
    message = _(
        "Username, e-mail or password is not right. After several wrong tries a login stays closed for a while; "
        "“Forgot password” opens it at once."
    )
    return LoginRefused(message, code="wrong")
