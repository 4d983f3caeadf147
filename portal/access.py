"""Who opens a portal page. A customer is whom `visit_of(request).login` names, and nobody else is one."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.models import Site

from customer_admin.models import Customer, PortalLogin
from customer_admin.selectors.site_settings import settings_of

MAXIMUM_NEXT = 1500
"""Longer addresses to return to are dropped, since Django refuses to redirect to very long ones."""


@dataclass(frozen=True)
class Visit:
    """One request to the portal of `site`.

    `login` is set only for a customer of this very site who may sign in now. `stranger` is the signed-in user who is
    nobody's customer, such as staff.
    """

    site: Site
    is_open: bool
    login: PortalLogin | None = None
    stranger: Any = None

    @property
    def customer(self) -> Customer | None:
        return self.login.customer if self.login else None

    @property
    def stranger_name(self) -> str:
        return (self.stranger.get_full_name() or self.stranger.get_username()) if self.stranger else ""


def visit_of(request: HttpRequest) -> Visit:
    """The visit that this request is; worked out once."""
    if not hasattr(request, "_portal_visit"):
        request._portal_visit = _look_at(request)  # type: ignore[attr-defined]
    return request._portal_visit  # type: ignore[attr-defined]


def _look_at(request: HttpRequest) -> Visit:
    site = Site.find_for_request(request)
    is_open = settings_of(site).portal_enabled
    if not request.user.is_authenticated:
        return Visit(site=site, is_open=is_open)
    login = PortalLogin.objects.select_related("customer", "user").filter(user=request.user.pk).first()
    if login is None:
        return Visit(site=site, is_open=is_open, stranger=request.user)
    may_enter = is_open and may_sign_in(login, site)
    return Visit(site=site, is_open=is_open, login=login if may_enter else None)


def may_sign_in(login: PortalLogin, site: Site) -> bool:
    """Whether this login opens the portal of `site`: enabled, and of a living customer of that site."""
    customer = login.customer
    return login.is_enabled and login.user.is_active and customer.site_id == site.pk and customer.merged_into_id is None


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in, as the request asks, or "" when that is not an address of this very host."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if is_own_address(request, target) else ""


def is_own_address(request: HttpRequest, target: str) -> bool:
    return len(iri_to_uri(target)) <= MAXIMUM_NEXT and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
