"""The portal's page types: abstract mixins, and ready-made pages from them where the host keeps Wagtail's base page."""

from .mixins import (
    AccountMixin,
    ForgotPasswordMixin,
    PortalHomeMixin,
    PortalPageMixin,
    SetPasswordMixin,
    SignInMixin,
)
from .pages import *  # noqa: F403  (which names there are depends on the host's base page)

__all__ = [
    "AccountMixin",
    "ForgotPasswordMixin",
    "PortalHomeMixin",
    "PortalPageMixin",
    "SetPasswordMixin",
    "SignInMixin",
]
