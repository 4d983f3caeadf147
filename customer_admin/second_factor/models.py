"""What proves that it is you: an authenticator app, and recovery codes for the day it is lost."""

import secrets
import time
from textwrap import wrap

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from customer_admin.conf import app_settings

from . import encryption

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1
KEY_BYTES = 20

RECOVERY_CODE_COUNT = 10
# 32 characters without those that are mistaken for each other; 16 of them are 80 bits, so a fast hash is enough.
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"
RECOVERY_CODE_LENGTH = 16


def totp(key: bytes, drift: int = 0) -> TOTP:
    """The codes of an authenticator with this key, at the time of asking."""
    codes = TOTP(key, STEP_SECONDS, 0, DIGITS, drift)
    codes.time = time.time()
    return codes


def is_authenticator_code(token: str) -> bool:
    """Whether this has the shape of an authenticator's code; a recovery code never has."""
    return len(token) == DIGITS and token.isascii() and token.isdigit()


def random_recovery_code() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _character in range(RECOVERY_CODE_LENGTH))


class ThrottledDevice(TimestampMixin, ThrottlingMixin, Device):
    """A device that makes everybody wait longer after each wrong code: 1, 2, 4, 8 … seconds.

    Devices of one user are throttled apart. Each write is one conditional statement, never `save()` of a row read
    before: `select_for_update` does nothing on SQLite, and a failure must not put back what a success changed.
    """

    # One for each user. Without a name on the user's side, where other packages have an `authenticator_set` too.
    user = models.OneToOneField(app_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether the code is right, in time and not used before. A right one is used up, a wrong one counted."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        if self.use(token):
            return True
        self.throttle_increment()
        return False

    def use(self, token: str) -> bool:
        """Uses the code up if it is right. Of two calls with the same code at the same time, one gets True."""
        raise NotImplementedError

    def throttle_increment(self, commit: bool = True) -> None:
        type(self).objects.filter(pk=self.pk).update(
            throttling_failure_count=F("throttling_failure_count") + 1, throttling_failure_timestamp=timezone.now()
        )


class Authenticator(ThrottledDevice):
    """The app on somebody's phone that shows a new code every 30 seconds (RFC 6238)."""

    encrypted_key = models.TextField(editable=False)
    drift = models.SmallIntegerField(default=0, help_text="How many time steps the phone's clock is off.")
    last_t = models.BigIntegerField(default=-1, help_text="Time step of the last code used; only later ones count.")

    class Meta:
        verbose_name = _("authenticator")
        verbose_name_plural = _("authenticators")
        # Nobody edits these rows through a form, so there is nothing else to grant.
        default_permissions = ()
        permissions = [("reset_second_factor", "Can reset the second factor of others")]

    def use(self, token: str) -> bool:
        codes = totp(encryption.decrypt(self.encrypted_key), self.drift)
        if not is_authenticator_code(token) or not codes.verify(int(token), TOLERANCE, self.last_t + 1):
            return False
        unused = Authenticator.objects.filter(pk=self.pk, last_t__lt=codes.t())
        return bool(
            unused.update(
                last_t=codes.t(),
                drift=codes.drift,
                encrypted_key=encryption.renewed(self.encrypted_key),
                last_used_at=timezone.now(),
                throttling_failure_count=0,
                throttling_failure_timestamp=None,
            )
        )


class RecoveryDevice(ThrottledDevice):
    """Holds somebody's recovery codes, and is the device of a session that was opened with one of them."""

    class Meta:
        verbose_name = _("set of recovery codes")
        verbose_name_plural = _("sets of recovery codes")
        default_permissions = ()

    def renew_codes(self) -> list[str]:
        """Ten new codes, which can't be read again later. The old ones no longer work."""
        codes = [random_recovery_code() for _number in range(RECOVERY_CODE_COUNT)]
        self.codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(device=self, digest=encryption.digest(code, purpose=self._purpose)) for code in codes
        )
        return ["-".join(wrap(code, 4)) for code in codes]

    def use(self, token: str) -> bool:
        plain = token.replace("-", "").lower().replace("o", "0")
        # All are compared, so that the time it takes does not tell how far down the list the right one is.
        unused = self.codes.filter(used_at=None)
        found = [code for code in unused if encryption.matches(plain, code.digest, purpose=self._purpose)]
        if not found or not RecoveryCode.objects.filter(pk=found[0].pk, used_at=None).update(used_at=timezone.now()):
            return False
        RecoveryDevice.objects.filter(pk=self.pk).update(
            last_used_at=timezone.now(), throttling_failure_count=0, throttling_failure_timestamp=None
        )
        return True

    @property
    def _purpose(self) -> str:
        return f"recovery_code.{self.user_id}"


class RecoveryCode(models.Model):
    """One recovery code, stored as a keyed hash. It works once."""

    device = models.ForeignKey(RecoveryDevice, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["device", "digest"], name="customer_admin_recovery_code_once"),
        ]

    def __str__(self) -> str:
        return str(_("used") if self.used_at else _("unused"))
