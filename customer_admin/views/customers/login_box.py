"""What the box with the portal login says, on the customer's page and on the form."""

from typing import Any

from django.urls import reverse

from customer_admin.models import Customer
from customer_admin.permissions import may
from customer_admin.selectors.site_settings import settings_of


def login_box(customer: Customer, user: Any) -> dict[str, Any]:
    """The login with a pencil, or the plus that makes one, as far as `user` may."""
    login, viewset = customer.login, Customer.snippet_viewset
    return {
        "has_login": login is not None,
        "login": login if may(user, "view_portallogin") else None,
        "portal_enabled": settings_of(customer.site).portal_enabled,
        "may_add": login is None and may(user, "add_portallogin"),
        "may_change": login is not None and may(user, "change_portallogin"),
        "add_url": reverse(viewset.get_url_name("login_add"), args=[customer.pk]),
        "edit_url": reverse(viewset.get_url_name("login_edit"), args=[customer.pk]),
    }
