"""Addresses that the portal's pages link and redirect to."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Locale, Site

from .addresses import below, portal_pages
from .segments import to_segment


class PortalLinks:
    """Where the portal's other pages are, from the site's own root; "" for a page that is not there.

    Of translated pages it names the one in `locale`.
    """

    def __init__(self, request: HttpRequest, site: Site, locale: Locale) -> None:
        self._request = request
        self._site = site
        self._locale = locale

    @cached_property
    def _pages(self) -> dict[str, Any]:
        return portal_pages(self._site, locale=self._locale, request=self._request)

    def _to(self, kind: str) -> str:
        page = self._pages.get(kind)
        return (page.get_url(self._request) or "") if page is not None else ""

    @property
    def home(self) -> str:
        return self._to("home") or "/"

    @property
    def sign_in(self) -> str:
        return self._to("sign_in")

    @property
    def sign_out(self) -> str:
        return below(self.sign_in, "sign-out") if self.sign_in else ""

    @property
    def forgot_password(self) -> str:
        return self._to("forgot_password")

    @property
    def account(self) -> str:
        return self._to("account")

    def order(self, number: str) -> str:
        """Where one order is shown."""
        return below(self.account, "orders", to_segment(number)) if self.account else ""
