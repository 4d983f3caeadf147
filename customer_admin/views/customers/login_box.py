"""What the box with the portal login says, on the customer's page and on the form."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate, localtime

from customer_admin.models import Customer, PortalLogin
from customer_admin.models.logins import LoginState
from customer_admin.permissions import may
from customer_admin.selectors.site_settings import settings_of


def login_box(customer: Customer, user: Any) -> dict[str, Any]:
    """The login with a pencil, or the plus that makes one, as far as `user` may."""
    login, viewset = customer.login, Customer.snippet_viewset
    return {
        "has_login": login is not None,
        "locked_until": end_of_lock(login),
        "login": login if may(user, "view_portallogin") else None,
        "portal_enabled": settings_of(customer.site).portal_enabled,
        "may_add": login is None and may(user, "add_portallogin"),
        "may_change": login is not None and may(user, "change_portallogin"),
        "add_url": reverse(viewset.get_url_name("login_add"), args=[customer.pk]),
        "edit_url": reverse(viewset.get_url_name("login_edit"), args=[customer.pk]),
    }


def end_of_lock(login: PortalLogin | None) -> str:
    """When the lock of the login ends, as people say it: the time, with its day unless that is today. "" for none."""
    if login is None or login.state != LoginState.LOCKED:
        return ""
    end = localtime(login.locked_until)
    return time_format(end) if end.date() == localdate() else date_format(end, "SHORT_DATETIME_FORMAT")
