"""The picture and the address that bring a key into an authenticator app."""

from base64 import b32encode
from typing import Any
from urllib.parse import quote, urlencode

import qrcode
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathFillImage

from customer_admin.conf import app_settings

from .models import DIGITS, STEP_SECONDS


def secret_for_typing(key: bytes) -> str:
    """The key in base32 and groups of four, for those who can't scan."""
    secret = b32encode(key).decode("ascii")
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def key_uri(key: bytes, user: Any) -> str:
    """The `otpauth://` address that authenticator apps understand."""
    # A colon divides issuer and account, so neither may contain one.
    issuer = app_settings.SECOND_FACTOR_ISSUER.replace(":", "")
    account = user.get_username().replace(":", "")
    parameters = {
        "secret": b32encode(key).decode("ascii"),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode(parameters, quote_via=quote)}"


def qr_code(uri: str) -> SafeString:
    """An SVG element on a white ground, which scanners need in dark mode too."""
    image = qrcode.make(uri, image_factory=SvgPathFillImage, box_size=12)
    # Drawn by the library from coordinates alone; nothing of the address is in it as text.
    return mark_safe(image.to_string(encoding="unicode"))  # noqa: S308
