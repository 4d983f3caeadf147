"""Old addresses of accounts that were merged: they lead to the account that stayed, and say so."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from customer_admin.models import Customer
from customer_admin.models.keys import as_key
from customer_admin.permissions import may

from .tabs import page_url

NOT_MEANT = {"delete", "login_delete"}
"""What such a screen asks was never asked about the account that stayed."""

PARTS = {"tab_panel", "history_results"}
"""They are loaded into a page that is open, where nobody would see whose they are."""


def leading_to_survivors(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """The same patterns; where `pk` is the key of a merged account, the same screen of the one that stayed opens.

    What was sent to a merged account was meant for that one, so it is told that nothing was saved.
    """
    return [
        URLPattern(each.pattern, _leading(each.callback), each.default_args, each.name)
        if each.name not in PARTS
        else each
        for each in patterns
    ]


def _leading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def found_or_led_on(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            merged = _merged(kwargs.get("pk")) if may(request.user, "view_customer") else None
            if merged is None:
                raise
            return _led_on(request, merged, kwargs)

    return found_or_led_on


def _merged(key: Any) -> Customer | None:
    merged = Customer.all_objects.filter(pk=as_key(str(key)), merged_into__isnull=False)
    return merged.select_related("merged_into").first() if key is not None else None


def _led_on(request: HttpRequest, merged: Customer, kwargs: dict[str, Any]) -> HttpResponse:
    survivor, match = merged.merged_into, request.resolver_match
    assert survivor is not None
    assert match is not None
    if request.method not in ("GET", "HEAD"):
        told = _("%(number)s was merged into this account meanwhile, and nothing was saved. Do it here once more.")
        messages.warning(request, told % {"number": merged.number})
        return redirect(page_url(survivor))
    messages.info(request, _("%(number)s was merged into this account.") % {"number": merged.number})
    if match.url_name in NOT_MEANT:
        return redirect(page_url(survivor))
    # The tab of the orders stands in the pattern, not in the address.
    named = {name: value for name, value in match.kwargs.items() if name in (match.captured_kwargs or {})}
    query = request.META.get("QUERY_STRING", "")
    url = reverse(match.view_name, kwargs={**named, "pk": survivor.pk})
    return redirect(f"{url}?{query}" if query else url)
