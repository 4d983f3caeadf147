"""Everything that changes a second factor. People change their own; a manager or the system resets that of others.

Codes are checked before a transaction begins and in one of their own, so that a refusal does not take the count of
wrong codes back with it.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.models import Device
from wagtail.log_actions import log

from customer_admin.conf import app_settings
from customer_admin.errors import PermissionRefused

from . import encryption, permissions
from .codes import step_of, use_code
from .errors import SecondFactorRefused
from .models import Authenticator, RecoveryDevice
from .selectors import authenticator_of


@dataclass(frozen=True)
class Enabled:
    """A second factor just turned on. The codes are nowhere else in clear and must be shown now."""

    authenticator: Authenticator
    recovery_codes: list[str]


def verify_second_factor(*, actor: Any, code: str) -> Device:
    """Uses up a code of the actor's authenticator or one of the recovery codes, and answers which device it was.

    Which of the two is meant shows in the shape of the code, so a wrong one slows down only its own device. Raises
    `CodeRefused` for a wrong or used code and for one that comes too soon after wrong ones.
    """
    user = _own_user(actor)
    return use_code(user, code, field="code")


def enable_second_factor(*, actor: Any, key: bytes, code: str) -> Enabled:
    """Turns the actor's second factor on with the key that their authenticator holds, proved by its present code.

    Raises `CodeRefused` when the code does not belong to the key, `SecondFactorRefused` when it is on already.
    """
    user = _own_user(actor)
    if app_settings.SECOND_FACTOR == "off":
        raise SecondFactorRefused(_("The second factor is switched off for this site."))
    step = step_of(key, code, field="code")
    with transaction.atomic():
        user = _lock(user)
        if authenticator_of(user):
            raise SecondFactorRefused(_("Your second factor is already on."))
        authenticator = _create_authenticator(user, key, step)
        device, _created = RecoveryDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
        codes = device.renew_codes()
        log(user, "second_factor.enable", user=user)
    return Enabled(authenticator, codes)


def replace_authenticator(*, actor: Any, key: bytes, code: str, current_code: str) -> Authenticator:
    """Makes another phone the actor's authenticator. The recovery codes stay; other sessions must verify again.

    The new code is checked first, so that a slip in it does not cost a recovery code. Raises `CodeRefused`.
    """
    user = _own_user(actor)
    step = step_of(key, code, field="code")
    use_code(user, current_code, field="current_code")
    with transaction.atomic():
        user = _lock(user)
        Authenticator.objects.filter(user=user).delete()
        authenticator = _create_authenticator(user, key, step)
        log(user, "second_factor.replace", user=user)
    return authenticator


def replace_recovery_codes(*, actor: Any, code: str) -> list[str]:
    """Ten new recovery codes, to be shown now; the old ones no longer work. Raises `CodeRefused`."""
    user = _own_user(actor)
    use_code(user, code, field="code")
    with transaction.atomic():
        user = _lock(user)
        device, _created = RecoveryDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
        codes = device.renew_codes()
        log(user, "second_factor.new_recovery_codes", user=user)
    return codes


def disable_second_factor(*, actor: Any, code: str) -> None:
    """Turns the actor's second factor off.

    Raises `SecondFactorRefused` where everybody must have one, `CodeRefused` for a wrong code.
    """
    user = _own_user(actor)
    if app_settings.SECOND_FACTOR == "required":
        raise SecondFactorRefused(
            _("Everybody needs a second factor here. You can replace your authenticator instead.")
        )
    use_code(user, code, field="code")
    with transaction.atomic():
        user = _lock(user)
        _delete_devices(user)
        log(user, "second_factor.disable", user=user)


def reset_second_factor(*, actor: Any, user: Any) -> bool:
    """Takes the second factor off somebody who lost it, whose sessions are no longer verified then.

    Answers whether there was one; a second call finds none and writes nothing. Raises `PermissionRefused`.
    """
    if not permissions.may_reset(actor, user):
        raise PermissionRefused(_("You may not reset the second factor of this user."))
    with transaction.atomic():
        user = _lock(user)
        if not _delete_devices(user):
            return False
        log(user, "second_factor.reset", user=permissions.acting_user(actor))
    return True


def _own_user(actor: Any) -> Any:
    if not permissions.may_have_second_factor(actor):
        raise PermissionRefused(_("Only staff with access to the admin have a second factor."))
    return permissions.acting_user(actor)


def _lock(user: Any) -> Any:
    """The user from the database, locked. A request carries it wrapped twice, and Wagtail's log knows no such type."""
    return get_user_model()._default_manager.select_for_update().get(pk=user.pk)


def _create_authenticator(user: Any, key: bytes, step: int) -> Authenticator:
    return Authenticator.objects.create(
        user=user,
        name="authenticator",
        encrypted_key=encryption.encrypt(key),
        last_t=step,
        last_used_at=timezone.now(),
    )


def _delete_devices(user: Any) -> int:
    deleted, _by_model = Authenticator.objects.filter(user=user).delete()
    RecoveryDevice.objects.filter(user=user).delete()
    return deleted
