"""The settings of this app: one documented property for each key of the dict `CUSTOMER_ADMIN`.

Nothing else in the app reads `django.conf.settings`. Values are read when asked for, so tests may override them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage, storages
from django.utils.module_loading import import_string

SECOND_FACTOR_CHOICES = ("off", "offered", "required")


class AppSettings:
    """Reads `settings.CUSTOMER_ADMIN` lazily; each property says what the key is for and what it is by default."""

    def _get(self, key: str, default: Any) -> Any:
        return getattr(django_settings, "CUSTOMER_ADMIN", {}).get(key, default)

    def _get_callable(self, key: str, default: str) -> Callable[..., Any]:
        path = self._get(key, default)
        try:
            return import_string(path)
        except ImportError as error:
            raise ImproperlyConfigured(
                f'CUSTOMER_ADMIN["{key}"] is {path!r}, which cannot be imported: {error}'
            ) from error

    @property
    def PORTAL_USER_FACTORY(self) -> Callable[..., Any]:
        """Dotted path to a function that makes the user row behind a portal login.

        It is called without arguments and returns a saved user. The default gives the row a generated name that
        collides with nobody's; name your own when your user model wants more fields.
        """
        return self._get_callable("PORTAL_USER_FACTORY", "customer_admin.operations.portal_users.create_portal_user")

    @property
    def PORTAL_ADDRESSES(self) -> Callable[..., Any] | None:
        """Dotted path to a class that builds the portal's addresses for mails and staff, or None without a portal.

        It is called with a `Site`; the instance answers `sign_in()`, `account()` and `set_password(token)` with
        absolute addresses. `portal.addresses.PageAddresses` finds them in the page tree.
        """
        return self._get_callable("PORTAL_ADDRESSES", "") if self._get("PORTAL_ADDRESSES", None) else None

    @property
    def SET_PASSWORD_LINK_LIFETIME(self) -> timedelta:
        """How long a link to set a password works. Default: three days."""
        return self._get("SET_PASSWORD_LINK_LIFETIME", timedelta(days=3))

    @property
    def VERIFY_LINK_LIFETIME(self) -> timedelta:
        """How long the link works that verifies a linked e-mail. Default: seven days."""
        return self._get("VERIFY_LINK_LIFETIME", timedelta(days=7))

    @property
    def VERIFY_MAILS_PER_HOUR(self) -> int:
        """How many mails that verify a linked e-mail go to one address within an hour. Default: 3."""
        return self._get("VERIFY_MAILS_PER_HOUR", 3)

    @property
    def SIGN_IN_FAILURES(self) -> int:
        """After how many wrong passwords in a row a portal login is locked. Default: 5."""
        return self._get("SIGN_IN_FAILURES", 5)

    @property
    def SIGN_IN_LOCK(self) -> timedelta:
        """How long a locked portal login stays so, and after which pause wrong passwords are counted anew.

        A new password, and staff, open it before. Default: 15 minutes.
        """
        return self._get("SIGN_IN_LOCK", timedelta(minutes=15))

    @property
    def SECOND_FACTOR(self) -> str:
        """Second factor for staff: "off", "offered" (each decides) or "required" to enter the admin.

        Default: "offered".
        """
        value = self._get("SECOND_FACTOR", "offered")
        if value not in SECOND_FACTOR_CHOICES:
            raise ImproperlyConfigured(f'CUSTOMER_ADMIN["SECOND_FACTOR"] must be one of {SECOND_FACTOR_CHOICES}.')
        return value

    @property
    def SECOND_FACTOR_ISSUER(self) -> str:
        """The name that an authenticator app shows beside its codes. Default: `WAGTAIL_SITE_NAME`."""
        return self._get("SECOND_FACTOR_ISSUER", self.host("WAGTAIL_SITE_NAME", "Wagtail"))

    @property
    def MAIL_LEASE(self) -> timedelta:
        """How long a worker may take to hand one mail over before another tries. Default: one minute."""
        return self._get("MAIL_LEASE", timedelta(minutes=1))

    @property
    def MAIL_MAX_ATTEMPTS(self) -> int:
        """After how many attempts a mail counts as failed. Default: 8, which with the pauses is about two days."""
        return self._get("MAIL_MAX_ATTEMPTS", 8)

    @property
    def RELAY_INTERVAL(self) -> timedelta:
        """How often a worker looks for mails that were left behind. Default: five seconds."""
        return self._get("RELAY_INTERVAL", timedelta(seconds=5))

    @property
    def DUPLICATES_INTERVAL(self) -> timedelta:
        """How often a worker looks again for duplicates of customers who were written. Default: 30 seconds."""
        return self._get("DUPLICATES_INTERVAL", timedelta(seconds=30))

    @property
    def IMPORT_BATCH_SIZE(self) -> int:
        """How many rows of an import are written in one transaction. Default: 2,000."""
        return self._get("IMPORT_BATCH_SIZE", 2000)

    @property
    def PRIVATE_STORAGE(self) -> Storage | None:
        """The name in Django's `STORAGES` of the storage that keeps documents of customers.

        Default: "customer_admin_private" if there is such a name. Without one, no document can be kept, and none is
        asked for. Nothing in it is ever served by its address: the folder must not lie in `MEDIA_ROOT`, and a bucket
        must not be public.
        """
        named, known = self._get("PRIVATE_STORAGE", None), self.host("STORAGES", {})
        name = named or "customer_admin_private"
        if name in known:
            return storages[name]
        if named:
            raise ImproperlyConfigured(f'CUSTOMER_ADMIN["PRIVATE_STORAGE"] is {named!r}, which STORAGES does not have.')
        return None

    @property
    def PRIVATE_DOCUMENT_MAX_BYTES(self) -> int:
        """How large a document of a customer may be. Default: 10 MB."""
        return self._get("PRIVATE_DOCUMENT_MAX_BYTES", 10 * 1024 * 1024)

    @property
    def AUTH_USER_MODEL(self) -> str:
        """Django's own setting: the model of staff and of the user rows behind portal logins."""
        return django_settings.AUTH_USER_MODEL

    def host(self, name: str, default: Any = None) -> Any:
        """One of the host's own settings, Django's or Wagtail's."""
        return getattr(django_settings, name, default)


app_settings = AppSettings()
