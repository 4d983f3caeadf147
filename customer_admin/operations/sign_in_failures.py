"""Locking a portal login after wrong passwords, and opening it again.

What counts is the row as it is, not as somebody read it: each try is one statement, so of many tries at once every
wrong one counts. These columns are no history, so they are written past it.
"""

import logging

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from customer_admin.conf import app_settings
from customer_admin.models import PortalLogin
from customer_admin.models.actors import AnyActor
from customer_admin.models.logins import NO_FAILURES
from customer_admin.permissions import require

from .logins import lock_login

logger = logging.getLogger("customer_admin.logins")
"""Who unlocked which login: a line for each."""


def count_failure(login: PortalLogin) -> None:
    """Note a wrong password, and lock the login when there were too many in a row. A lock is never made longer.

    It is noted in the transaction of the caller, who must not let the refusal end that.
    """
    now, lock = timezone.now(), app_settings.SIGN_IN_LOCK
    failures = Case(When(last_failed_at__gt=now - lock, then=F("failed_sign_ins") + 1), default=Value(1))
    are_too_many = GreaterThanOrEqual(failures, app_settings.SIGN_IN_FAILURES)
    _unless_locked(login).update(
        failed_sign_ins=failures,
        last_failed_at=now,
        locked_until=Case(When(are_too_many, then=Value(now + lock)), default=None, output_field=DateTimeField()),
    )


def forget_failures(login: PortalLogin) -> bool:
    """After a right password: let wrong ones be counted from the beginning again. Writes only when there were some.

    False when the login is locked, or gone, since the password was looked at.
    """
    rows = _unless_locked(login)
    failures = rows.values_list("failed_sign_ins", flat=True).first()
    return bool(rows.update(**NO_FAILURES)) if failures else failures is not None


def unlock_login(*, actor: AnyActor, login: PortalLogin, reason: str = "") -> PortalLogin:
    """Let the customer try to sign in again at once. A second call does nothing.

    A lock ends by itself and is not in the history, so opening it is no change set either: who did it, and why, stands
    in the log `customer_admin.logins`. Raises PermissionRefused, LoginRefused.
    """
    actor = require(actor, "change_portallogin")
    with transaction.atomic():
        login = lock_login(login)
        if login.failed_sign_ins:
            _rows(login).update(**NO_FAILURES)
            login.forget_failures()
            logger.info("%s %s (%r) unlocked login %s: %r", actor.kind, actor.user_id, actor.label, login.pk, reason)
    return login


def _rows(login: PortalLogin) -> QuerySet[PortalLogin]:
    """The row without the manager that records."""
    return QuerySet(PortalLogin).filter(pk=login.pk)


def _unless_locked(login: PortalLogin) -> QuerySet[PortalLogin]:
    return _rows(login).filter(Q(locked_until=None) | Q(locked_until__lte=timezone.now()))
