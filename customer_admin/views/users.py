"""Wagtail's own list of users shows staff only; a user behind a portal login is looked after with the customer."""

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from wagtail.admin import messages

from customer_admin.selectors.logins import users_with_logins, without_portal_users

HostsUserViewSet: Any = import_string(apps.get_app_config("wagtailusers").user_viewset_of_host)


class StaffOnlyMixin:
    def get_base_queryset(self) -> QuerySet:
        return without_portal_users(super().get_base_queryset())  # type: ignore[misc]


class StaffUserViewSet(HostsUserViewSet):
    """The host's viewset, whichever that is, with the list cut to staff."""

    index_view_class = type("StaffIndexView", (StaffOnlyMixin, HostsUserViewSet.index_view_class), {})


def lead_to_login_delete(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Hook before a user is deleted: a portal user is deleted as a login, which also frees its names."""
    if not hasattr(user, "portal_login"):
        return None
    messages.info(request, _("This user belongs to a customer's portal login. Delete the login here."))
    return redirect("customers:login_delete", user.portal_login.customer_id)


def lead_to_login_edit(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Hook before a user is edited: what may change about a portal user is on the login."""
    if not hasattr(user, "portal_login"):
        return None
    messages.info(request, _("This user belongs to a customer's portal login. Edit the login here."))
    return redirect("customers:login_edit", user.portal_login.customer_id)


def leave_portal_users_out(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Hook before a bulk action on users: it never reaches portal users, who are not in the list either."""
    if action.model is get_user_model():  # Customers have portal logins as well.
        portal_users = users_with_logins([user.pk for user in objects])
        objects[:] = [user for user in objects if user.pk not in portal_users]
