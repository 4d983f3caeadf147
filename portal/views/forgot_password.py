"""Asking for a mail with a link to set a password."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from customer_admin.operations import request_password_reset
from portal.addresses import below
from portal.forms import ForgotPasswordForm


def ask_for_link(page: Any, request: HttpRequest) -> HttpResponse:
    """The form. Whoever asks gets the same answer, whether or not somebody has that name."""
    form = ForgotPasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page.render(request, context_overrides={"form": form})
    request_password_reset(identifier=form.cleaned_data["identifier"])
    return HttpResponseRedirect(below(page.get_url(request), "sent"))


def link_is_sent(page: Any, request: HttpRequest) -> HttpResponse:
    return page.render(request, template="portal/forgot_password_sent.html")
