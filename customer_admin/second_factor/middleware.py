"""Keeps staff out of the admin until they have proved their second factor. Comes after `OTPMiddleware`."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import reverse
from django.utils.translation import gettext as _

from customer_admin.admin_paths import is_in_admin

from .selectors import Demand, demand_on

# Reached before the second factor: to sign in and out, what those pages load, and the two pages it is done on.
# The set-up page itself sends away whoever has an authenticator and has not shown a code of it.
OPEN_NAMES = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "customer_admin_second_factor:verify",
    "customer_admin_second_factor:set_up",
}
PAGES = {
    Demand.VERIFY: "customer_admin_second_factor:verify",
    Demand.SET_UP: "customer_admin_second_factor:set_up",
}


class SecondFactorMiddleware:
    """Sends page loads to the verify or set-up page; answers everything else in the admin with 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not is_in_admin(request) or request.resolver_match.view_name in OPEN_NAMES:
            return None
        demand = demand_on(request.user)
        if demand is Demand.NOTHING:
            return None
        if request.method != "GET" or request.headers.get("x-requested-with") == "XMLHttpRequest":
            return HttpResponseForbidden(_refusal(demand), content_type="text/plain; charset=utf-8")
        return redirect_to_login(request.get_full_path(), login_url=reverse(PAGES[demand]))


def _refusal(demand: Demand) -> str:
    if demand is Demand.VERIFY:
        return _("Open the admin in a new tab and type your second code there, then try again.")
    return _("Open the admin in a new tab and set up your second factor there, then try again.")
