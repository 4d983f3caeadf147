"""Setting a password with the link from a mail.

The token goes into a cookie of this page and the browser to an address without it, so that it stands neither in the
address bar nor in a Referer header; a session would store it on our side. Opening the link uses nothing up: mail
scanners may do so.
"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from customer_admin.errors import LoginRefused
from customer_admin.models import PortalLogin
from customer_admin.operations import login_of_token, set_password_by_link
from portal.access import may_sign_in, visit_of
from portal.forms import SetPasswordForm
from portal.links import PortalLinks
from portal.samples import sample_login
from portal.segments import from_segment

COOKIE = "portal_set_password"
COOKIE_LIFETIME = timedelta(hours=1)
"""How long the form may stay open. The link itself lives longer and brings a new cookie."""


def open_link(page: Any, request: HttpRequest, segment: str) -> HttpResponse:
    """Keep a living link's token and go on without it in the address."""
    token = from_segment(segment) or ""
    if _login_here(request, token) is None:
        return _dead_link(page, request)
    response = HttpResponseRedirect(page.get_url(request))
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_LIFETIME,
        path=_path(page, request),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def choose_password(page: Any, request: HttpRequest) -> HttpResponse:
    """The form, for as long as the cookie has the token of a living link."""
    token = request.COOKIES.get(COOKIE, "")
    login = _login_here(request, token)
    if login is None:
        return _dead_link(page, request)
    form = SetPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_password_by_link(token=token, password=form.cleaned_data["password"])
        except LoginRefused as refusal:
            if refusal.code in {"link", "gone"}:
                return _dead_link(page, request)
            form.add_refusal(refusal)
        else:
            return _password_is_set(page, request)
    return page.render(request, context_overrides={"form": form, "login": login})


def preview(page: Any, request: HttpRequest, mode_name: str) -> HttpResponse:
    if mode_name == "dead":
        return _dead_link(page, request)
    return page.render(request, context_overrides={"form": SetPasswordForm(), "login": sample_login()})


def _login_here(request: HttpRequest, token: str) -> PortalLogin | None:
    """The login that `token` is for, when its customer belongs to the site that is visited."""
    login = login_of_token(token) if token else None
    return login if login is not None and may_sign_in(login, visit_of(request).site) else None


def _password_is_set(page: Any, request: HttpRequest) -> HttpResponse:
    """On to signing in, which also proves that the password works."""
    visit = visit_of(request)
    if visit.login is not None:
        # Whoever was signed in here would be sent past the sign-in, to an account that may be another's.
        logout(request)
    messages.success(request, _("Your new password is set. Sign in with it now."))
    links = PortalLinks(request, visit.site, page.locale)
    response = HttpResponseRedirect(links.sign_in or links.home)
    response.delete_cookie(COOKIE, path=_path(page, request))
    return response


def _path(page: Any, request: HttpRequest) -> str:
    return page.get_url_parts(request)[2]


def _dead_link(page: Any, request: HttpRequest) -> HttpResponse:
    return page.render(request, template="portal/dead_link.html")
