"""Where the second factor appears in the admin: the account page, the settings menu and the list of users."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from customer_admin.conf import app_settings

from . import permissions, selectors
from .views.reset import reset_url


def account_menu_item(request: HttpRequest) -> dict[str, str] | None:
    if app_settings.SECOND_FACTOR == "off":
        return None
    return {
        "url": reverse("customer_admin_second_factor:overview"),
        "label": _("Second factor"),
        "help_text": _("Protect your account with a code from your phone, besides your password."),
    }


class StaffMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.RESET)


def user_listing_buttons(user: Any, request_user: Any) -> Iterator[Button]:
    """A reset button for users that have something to reset, at the price of one query for the whole list."""
    if not permissions.may_reset(request_user, user):
        return
    if not hasattr(request_user, "_ids_of_protected_users"):
        request_user._ids_of_protected_users = selectors.ids_of_protected_users()
    if user.pk in request_user._ids_of_protected_users:
        yield Button(_("Reset second factor"), url=reset_url(user), icon_name="lock-open", priority=90)
