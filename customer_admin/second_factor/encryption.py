"""Keeps secrets out of the database: what must be read again is encrypted, what is only compared is hashed.

All keys come from Django's own `SECRET_KEY` and `SECRET_KEY_FALLBACKS`, and nothing else in this app reads those. An
authenticator's key is renewed whenever it is used; recovery codes need the key of their time among the fallbacks.
"""

import base64
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from customer_admin.conf import app_settings

from .errors import SecondFactorRefused


def _secret_keys() -> Iterator[str | bytes]:
    yield app_settings.host("SECRET_KEY")
    yield from app_settings.host("SECRET_KEY_FALLBACKS", [])


def _fernet() -> MultiFernet:
    def derived(secret_key: str | bytes) -> Fernet:
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"customer_admin.second_factor.authenticator")
        return Fernet(base64.urlsafe_b64encode(hkdf.derive(force_bytes(secret_key))))

    return MultiFernet([derived(secret_key) for secret_key in _secret_keys()])


def encrypt(secret: bytes) -> str:
    """The secret, readable only with this installation's `SECRET_KEY`."""
    return _fernet().encrypt(secret).decode("ascii")


def decrypt(encrypted: str) -> bytes:
    """What was encrypted. Raises `SecondFactorRefused` when it was encrypted with a key that is no longer known."""
    try:
        return _fernet().decrypt(encrypted)
    except InvalidToken as error:
        raise SecondFactorRefused(
            _("The key of this authenticator can no longer be read. Ask a manager to reset your second factor.")
        ) from error


def renewed(encrypted: str) -> str:
    """The same secret under the present `SECRET_KEY`, so that an old one need not stay among the fallbacks for ever."""
    return _fernet().rotate(encrypted).decode("ascii")


def digest(value: str, *, purpose: str) -> str:
    """A keyed hash of a value that is too random to be guessed; without `SECRET_KEY` it can't be recomputed."""
    return _digest(value, purpose, next(_secret_keys()))


def matches(value: str, stored: str, *, purpose: str) -> bool:
    """Whether `stored` is the digest of the value under the present `SECRET_KEY` or one of its fallbacks."""
    return any(constant_time_compare(_digest(value, purpose, secret_key), stored) for secret_key in _secret_keys())


def _digest(value: str, purpose: str, secret_key: str | bytes) -> str:
    salt = f"customer_admin.second_factor.{purpose}"
    return salted_hmac(salt, value, secret=secret_key, algorithm="sha256").hexdigest()
