"""Portal logins: the username, e-mail and password with which one customer signs in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customer_admin.conf import app_settings

from .history import Tracked
from .keys import EmailAddressField, email_key, has_unseen, unique_key

# Some characters become many in a key, and PostgreSQL's indexes take no more than about 2,700 bytes.
LONGEST_KEY = 600

NO_FAILURES: dict[str, Any] = {"failed_sign_ins": 0, "last_failed_at": None, "locked_until": None}
"""The columns that count wrong passwords, as they are when there was none since the last right one."""


class LoginState(models.TextChoices):
    """How a login stands now. Each is in one of these; a disabled one that was locked as well is disabled."""

    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")
    LOCKED = "locked", _("Locked")


def states_now(login: str = "") -> dict[LoginState, models.Q]:
    """For each state, what a question asks of a login that is in it now; `login` leads to the login, as "login__"."""
    now = timezone.now()
    enabled, locked = models.Q((f"{login}is_enabled", True)), models.Q((f"{login}locked_until__gt", now))
    unlocked = models.Q((f"{login}locked_until", None)) | models.Q((f"{login}locked_until__lte", now))
    return {
        LoginState.ENABLED: enabled & unlocked,
        LoginState.DISABLED: models.Q((f"{login}is_enabled", False)),
        LoginState.LOCKED: enabled & locked,
    }


class PortalLogin(Tracked):
    """What the customer types is here; the user row behind it has a generated name and holds the password.

    The password itself is not tracked; `password_set_at` is, so the history tells who set one and when. Nor are wrong
    passwords and the lock that follows them, which ends by itself.
    """

    customer = models.OneToOneField(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="portal_login",
    )
    user = models.OneToOneField(
        app_settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="portal_login",
        editable=False,
    )
    username = models.CharField(_("username"), max_length=150)
    email = EmailAddressField(_("e-mail"))
    is_enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("A customer with a disabled login can't sign in; the username and e-mail stay taken."),
    )
    password_set_at = models.DateTimeField(_("password set"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    failed_sign_ins = models.PositiveSmallIntegerField(
        _("wrong passwords in a row"), default=0, db_default=0, editable=False
    )
    last_failed_at = models.DateTimeField(_("last wrong password"), null=True, blank=True, editable=False)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True, editable=False)
    username_key = models.CharField(max_length=600, unique=True, editable=False)
    email_key = models.CharField(max_length=1000, unique=True, editable=False)

    customer_path = "customer_id"
    hidden_in_history = ("customer", "user", "created_at")
    lost_in_history = ("password_set_at",)
    lost_rows = models.Q(username="")
    searched_in_history = ("user",)
    untracked_fields = ("username_key", "email_key", *NO_FAILURES)
    stored_keys = {"username_key": ("username",), "email_key": ("email",)}

    class Meta(Tracked.Meta):
        verbose_name = _("portal login")
        verbose_name_plural = _("portal logins")
        indexes = [
            models.Index(fields=["customer"], name="customer_admin_disabled", condition=models.Q(is_enabled=False)),
            models.Index(
                fields=["locked_until", "customer"],
                name="customer_admin_locked",
                condition=models.Q(locked_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_locked(self) -> bool:
        """Whether no password is tried now, after too many wrong ones."""
        return self.locked_until is not None and self.locked_until > timezone.now()

    @property
    def state(self) -> LoginState:
        if not self.is_enabled:
            return LoginState.DISABLED
        return LoginState.LOCKED if self.is_locked else LoginState.ENABLED

    def forget_failures(self) -> None:
        """Let the password be tried again, once this is saved."""
        for name, value in NO_FAILURES.items():
            setattr(self, name, value)

    def fill_stored_keys(self) -> None:
        self.username_key = unique_key(self.username)
        self.email_key = email_key(self.email)

    def clean(self) -> None:
        """Raise ValidationError for a taken username or e-mail, or a username that looks like another's e-mail."""
        super().clean()
        self.fill_stored_keys()
        others = PortalLogin.objects.exclude(pk=self.pk)
        errors = {}
        if has_unseen(self.username):
            errors["username"] = _("This username has a character in it that can't be seen. Type it anew.")
        elif len(self.username_key) > LONGEST_KEY:
            errors["username"] = _("This username is too long. Choose a shorter one.")
        elif "@" in self.username_key and email_key(self.username) != self.email_key:
            # Asked of the key, since other forms of the @ become this one there.
            errors["username"] = _("A username with an @ must be the e-mail address of this login. Choose another one.")
        elif others.filter(username_key=self.username_key).exists():
            errors["username"] = _("This username is taken. Choose another one.")
        if len(self.email_key) > LONGEST_KEY:
            errors["email"] = _("This e-mail address is too long. Use another one.")
        elif others.filter(email_key=self.email_key).exists():
            errors["email"] = _("Another login has this e-mail address. Use another address, or open that customer.")
        if errors:
            raise ValidationError(errors)
