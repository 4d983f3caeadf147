"""Signing in and out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from portal.access import safe_next, visit_of
from portal.forms import SignInForm
from portal.links import PortalLinks


def sign_in(page: Any, request: HttpRequest) -> HttpResponse:
    """The form; then the account, or the page of this host that `next` names."""
    visit = visit_of(request)
    target = safe_next(request)
    if visit.login is None or request.is_preview:  # type: ignore[attr-defined]
        form = SignInForm(request.POST if request.method == "POST" else None, site=visit.site)
        if not form.is_valid():
            return page.render(request, context_overrides={"form": form, "next": target})
        assert form.login is not None
        # Another person's session in this browser, staff or customer, ends here: Django flushes it.
        login(request, form.login.user, backend=form.backend)
    links = PortalLinks(request, visit.site, page.locale)
    return HttpResponseRedirect(target or links.account or links.home)


def sign_out(page: Any, request: HttpRequest) -> HttpResponse:
    """Ends the session of whoever is signed in; only a POST does, so that no link or prefetch can."""
    if request.method == "POST":
        logout(request)
        messages.success(request, _("You are signed out."))
    return HttpResponseRedirect(page.get_url(request))
