"""Checks a code and says what is wrong with it. Used by operations, before they open a transaction of their own."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp import verify_token
from django_otp.models import Device
from wagtail.log_actions import log

from .errors import CodeRefused
from .models import TOLERANCE, Authenticator, RecoveryDevice, is_authenticator_code, totp


def use_code(user: Any, code: str, *, field: str) -> Device:
    """Uses up a code of one of the user's devices, which is answered. Raises `CodeRefused`, naming the form's field.

    The shape of the code tells which device is meant, so a wrong one slows down that alone.
    """
    model = Authenticator if is_authenticator_code(code) else RecoveryDevice
    device = model.objects.filter(user=user).first()
    if device is None:
        raise CodeRefused(_("You have no second factor yet. Set one up first."))
    allowed, reason = device.verify_is_allowed()
    if not allowed:
        raise CodeRefused(fields={field: _wait_message(reason["locked_until"])}, locked_until=reason["locked_until"])
    with transaction.atomic():
        # Nothing is raised in here for a wrong code: that would take the count of wrong codes back.
        verified = verify_token(user, device.persistent_id, code)
        if isinstance(verified, RecoveryDevice):
            log(verified.user, "second_factor.recovery_code_used", user=user)
    if verified is None:
        raise CodeRefused(fields={field: _wrong_code_message(device)})
    return verified


def _wrong_code_message(device: Device) -> str:
    if isinstance(device, RecoveryDevice):
        return _("This is neither a code of six digits nor an unused recovery code. Check it and try again.")
    return _("This code is wrong or was used before. Wait until your app shows the next one and type that.")


def _wait_message(until: datetime) -> str:
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    if seconds < 120:
        return ngettext(
            "After wrong codes you have to wait a little. Try again in %(seconds)s second.",
            "After wrong codes you have to wait a little. Try again in %(seconds)s seconds.",
            seconds,
        ) % {"seconds": seconds}
    return _("After wrong codes you have to wait a little. Try again at %(time)s.") % {
        "time": date_format(timezone.localtime(until), "DATETIME_FORMAT")
    }


def step_of(key: bytes, code: str, *, field: str) -> int:
    """The time step of a code that an authenticator with this key shows now. Raises `CodeRefused` for any other."""
    codes = totp(key)
    if not is_authenticator_code(code) or not codes.verify(int(code), TOLERANCE):
        raise CodeRefused(
            fields={field: _("This is not the code that belongs to this key. Type the one that your app shows now.")}
        )
    return codes.t()
