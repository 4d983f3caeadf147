"""Portal logins: making, changing, disabling and deleting them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.conf import app_settings
from customer_admin.errors import LoginRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, OutgoingEmail, PortalLogin, recording
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.keys import email_key
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen
from customer_admin.selectors.site_settings import settings_of

from .accounts import locked_account, locked_row
from .mail import queue_email
from .meanwhile import Meanwhile
from .password_rules import password_rules
from .refusals import assign, check

LOGIN_FIELDS = frozenset({"email", "username"})
CHECKED_ELSEWHERE = ("user", "customer", "username_key", "email_key")
"""Not typed by anybody; that the keys are free is said by the model's `clean` on the fields they come from."""


def create_login(
    *,
    actor: AnyActor,
    customer: Customer,
    email: str,
    username: str,
    password: str | None = None,
    send_set_password: bool = False,
    reason: str = "",
) -> PortalLogin:
    """A login for a customer who has none, with a password or with a mail that lets the customer set one.

    A typed password sends "account created", `send_set_password` sends "set your password": one mail, not two.
    Raises PermissionRefused, LoginRefused.
    """
    actor = require(actor, "add_portallogin")
    if bool(password) == send_set_password:
        raise LoginRefused(fields={"password": _("Type a password, or send an e-mail to set one: one of the two.")})
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        found = locked_account(customer, LoginRefused)
        login = PortalLogin(customer=found, email=email.strip(), username=username.strip())
        _refuse_second_login(found)
        check(login, LoginRefused, exclude=CHECKED_ELSEWHERE)
        if password:
            _check_password(login, password)
        login.user = app_settings.PORTAL_USER_FACTORY()
        if password:
            login.user.set_password(password)
            login.user.save(update_fields=["password"])
            login.password_set_at = timezone.now()
        _save(login)
        queue_email(kind="set_password" if send_set_password else "account_created", login=login)
    return login


def update_login(
    *, actor: AnyActor, login: PortalLogin, reason: str = "", seen: Seen | str | None = None, **fields: Any
) -> PortalLogin:
    """The login with another e-mail, username or password; what is not given stays.

    A username that is the e-mail address follows it. The former address is told of a change. A new password ends all
    sessions and a lock. `seen` is the `version_of` the login when the person began: what others changed since then
    stays, unless the person changed the same. Raises PermissionRefused, LoginRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_portallogin", customer=login.customer)
    password = fields.pop("password", None)
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        login = lock_login(login)
        fields = meanwhile.settle(login, fields, Seen.of(seen))
        meanwhile.refuse()
        former, former_username = login.email, login.username
        assign(login, fields, LOGIN_FIELDS)
        login.email, login.username = login.email.strip(), login.username.strip()
        if login.username == former_username and email_key(former_username) == email_key(former):
            login.username = login.email
        check(login, LoginRefused, exclude=CHECKED_ELSEWHERE)
        if password:
            _put_password(login, password)
        _save(login)
        if login.email != former:
            queue_email(kind="email_changed", login=login, to_address=former)
    return login


def set_login_enabled(
    *, actor: AnyActor, login: PortalLogin, enabled: bool, reason: str = "", seen: Seen | str | None = None
) -> PortalLogin:
    """Let the customer sign in, or no longer; disabling ends every session at once, and enabling ends a lock.

    That of a merged account stays closed. When `enabled` is what the person saw, with `seen` the version of the login,
    what others made of it since stays. Raises PermissionRefused, LoginRefused.
    """
    actor = require(actor, "change_portallogin")
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        login = lock_login(login)
        if enabled and login.customer.merged_into_id is not None:
            told = _("The account of this login was merged into another one. Take the merge back first.")
            raise LoginRefused(told, code="merged")
        if not meanwhile.settle(login, {"is_enabled": enabled}, Seen.of(seen)):
            return login
        meanwhile.refuse()
        login.is_enabled = enabled
        if enabled:
            login.forget_failures()
        login.save()
        # Django drops the session of an inactive user with the next request.
        login.user.is_active = enabled
        login.user.save(update_fields=["is_active"])
    return login


def delete_login(*, actor: AnyActor, login: PortalLogin, reason: str = "") -> ChangeSet:
    """Remove the login for good: its user and sessions go, and its username and e-mail leave every record of it.

    The customer stays, and both names are free again. That a login was deleted, by whom and when, stays known.
    Raises PermissionRefused, LoginRefused.
    """
    actor = require(actor, "delete_portallogin")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        login = lock_login(login)
        key = login.pk
        try:
            login.user.delete()  # Takes the login along.
        except (ProtectedError, RestrictedError) as error:
            raise LoginRefused(_("This login is still needed elsewhere. Disable it instead."), code="needed") from error
        PortalLogin.history.filter(id=key).update(username="", email="")
    assert current.change_set is not None
    return current.change_set


def switch_login_off(login: PortalLogin) -> None:
    """Take the login from a customer who goes. Must run inside a recording.

    Nobody signs in with it any more and its names are free, but unlike a deleted one it comes back with the customer.
    """
    login = lock_login(login)
    user = login.user
    login.delete()
    user.is_active = False  # Ends every session with the next request.
    user.save(update_fields=["is_active"])


def switch_logins_off(customers: Iterable[Customer]) -> None:
    """The same for many customers, who are locked. Must run inside a recording."""
    keys = [customer.pk for customer in customers]
    users: list[Any] = []
    for chunk in in_chunks(keys, PortalLogin.objects.db):
        logins = PortalLogin.objects.filter(customer__in=chunk)
        users += [login.user for login in logins.select_related("user").order_by("pk")]
        logins.delete()
    for user in users:  # One by one, since a host may listen to what becomes of its users.
        user.is_active = False
        user.save(update_fields=["is_active"])


def close_logins(logins: QuerySet[PortalLogin]) -> None:
    """Let nobody sign in with these logins of accounts that were merged into another one; their names stay taken.

    Must run inside a recording, with the customers locked. Every session ends.
    """
    users = list(logins.values_list("user", flat=True))
    if users:
        logins.filter(is_enabled=True).update(is_enabled=False)
        get_user_model()._default_manager.filter(pk__in=users).update(is_active=False)


def send_set_password(*, actor: AnyActor, login: PortalLogin) -> OutgoingEmail:
    """Mail the customer a link to set a new password. Raises PermissionRefused, LoginRefused."""
    require(actor, "change_portallogin", customer=login.customer)
    if not login.is_enabled:
        raise LoginRefused(_("This login is disabled. Enable it first."), code="disabled")
    return queue_email(kind="set_password", login=login)


def set_password(*, actor: AnyActor, login: PortalLogin, password: str, reason: str = "") -> PortalLogin:
    """Give the login another password, which ends all sessions and a lock. Raises PermissionRefused, LoginRefused."""
    require(actor, "change_portallogin", customer=login.customer)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        login = lock_login(login)
        _put_password(login, password)
        login.save()
    return login


def lock_login(login: PortalLogin) -> PortalLogin:
    """The login as it is now, and nobody else changes it before the transaction ends. Raises LoginRefused."""
    logins = PortalLogin.objects.select_related("user", "customer__site")
    found = locked_row(logins, login, LoginRefused, or_merged=True)
    if found is None:
        raise LoginRefused(_("This login was deleted meanwhile."), code="gone")
    return found


def _refuse_second_login(customer: Customer) -> None:
    if PortalLogin.objects.filter(customer=customer).exists():
        raise LoginRefused(_("This customer has a login already. Edit that one."), code="exists")
    if not settings_of(customer.site).portal_enabled:
        raise LoginRefused(_("The portal of this site is off. Turn it on in the customer settings first."), code="off")


def _put_password(login: PortalLogin, password: str) -> None:
    _check_password(login, password)
    login.user.set_password(password)
    login.user.save(update_fields=["password"])
    login.password_set_at = timezone.now()
    login.forget_failures()


def _check_password(login: PortalLogin, password: str) -> None:
    problems = password_rules.problems(password, username=login.username, email=login.email)
    if problems:
        raise LoginRefused(fields={"password": problems})


def _save(login: PortalLogin) -> None:
    """Save, and say on which field it was when somebody took a name between the check and now."""
    try:
        with transaction.atomic():
            login.save()
    except IntegrityError:
        check(login, LoginRefused, exclude=CHECKED_ELSEWHERE)
        _refuse_second_login(login.customer)
        raise
