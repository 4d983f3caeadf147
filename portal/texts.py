"""What the pages say that `create_portal` makes. Editors change all of it in the page editor."""

from typing import Any

from django.utils.translation import gettext as _


def first_texts(kind: str) -> dict[str, Any]:
    """Title, address and texts of a new page of this kind, in the active language."""
    return _TEXTS[kind]()


def _home() -> dict[str, Any]:
    return {
        "title": _("Customer portal"),
        "slug": "portal",
        "intro": _paragraph(_("Your details, your addresses and all your orders in one place, whenever you like.")),
    }


def _sign_in() -> dict[str, Any]:
    return {
        "title": _("Sign in"),
        "slug": "sign-in",
        "intro": _paragraph(_("Good to see you.")),
        "help": _paragraph(_("No login yet? Ask us: we make one for you and send you a mail to set your password.")),
    }


def _forgot_password() -> dict[str, Any]:
    return {
        "title": _("Forgot your password?"),
        "slug": "forgot-password",
        "intro": _paragraph(_("Tell us who you are, and we send you a link with which you choose a new one.")),
    }


def _set_password() -> dict[str, Any]:
    return {
        "title": _("Choose your password"),
        "slug": "set-password",
        "intro": _paragraph(_("You need it to sign in. Afterwards this page leads you there.")),
    }


def _account() -> dict[str, Any]:
    return {
        "title": _("Your account"),
        "slug": "account",
        "help": _paragraph(_("Something is not right, or has changed? Tell us, and we put it in order.")),
    }


def _paragraph(text: str) -> str:
    return f"<p>{text}</p>"


_TEXTS = {
    "home": _home,
    "sign_in": _sign_in,
    "forgot_password": _forgot_password,
    "set_password": _set_password,
    "account": _account,
}
