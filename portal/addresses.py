"""Where the portal's pages are: found in the page tree, so editors may name and move them as they like."""

from types import SimpleNamespace
from typing import Any

import swapper
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Locale, Site

from customer_admin.conf import app_settings

from .errors import PageMissing
from .segments import to_segment

KINDS = ("home", "sign_in", "forgot_password", "set_password", "account")
"""The kinds of portal page. A page type says which one it is by `portal_kind`."""


class PageAddresses:
    """Absolute addresses of a site's portal, for mails and staff. Each raises PageMissing when no such page is live."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def sign_in(self) -> str:
        """Where a customer signs in."""
        return self._address_of("sign_in")

    def account(self) -> str:
        """Where a customer sees own details and orders."""
        return self._address_of("account")

    def set_password(self, token: str) -> str:
        """Where whoever holds `token` sets a password."""
        return below(self._address_of("set_password"), to_segment(token))

    def _address_of(self, kind: str) -> str:
        page = portal_pages(self.site).get(kind)
        parts = page.get_url_parts() if page is not None else None
        if parts is None or parts[2] is None:
            raise PageMissing(
                _(
                    "The site %(site)s has no published portal page of the kind “%(kind)s”. Publish one, or run: "
                    "manage.py create_portal --site %(host)s:%(port)s"
                )
                % {"site": self.site, "kind": kind, "host": self.site.hostname, "port": self.site.port},
                code=kind,
            )
        return f"{self.site.root_url}{parts[2]}"


def below(address: str, *segments: str) -> str:
    """The address of a sub-route of the page at `address`."""
    return "/".join([address.rstrip("/"), *segments, ""])


def models_of(kind: str) -> list[type]:
    """The page types of a kind that this installation has: the ready-made one and whatever a host derived."""
    return [model for model in apps.get_models() if getattr(model, "portal_kind", None) == kind]


def portal_pages(site: Site, *, locale: Locale | None = None, live: bool = True, request: Any = None) -> dict[str, Any]:
    """The portal's pages of `site` by kind, as base pages. Of several, the one in `locale`, else in the site's own.

    `request` lends its cache of site addresses. `live=False` has drafts, too.
    """
    kinds = {model: kind for kind in KINDS for model in models_of(kind)}
    if not kinds:
        return {}
    kind_of_type = {
        content_type.pk: kinds[model] for model, content_type in ContentType.objects.get_for_models(*kinds).items()
    }
    Page = swapper.load_model("wagtailcore", "Page")
    pages = Page.objects.filter(_in_trees_of(site), content_type__in=kind_of_type)
    if live:
        pages = pages.live()
    cache = request or SimpleNamespace()
    same_root = set(Site.objects.filter(root_page=site.root_page_id).values_list("pk", flat=True))
    wanted = _preferences(site, locale)
    found: dict[str, Any] = {}
    for page in sorted(pages, key=lambda page: (not page.live, _rank(page, wanted), page.depth, page.path)):
        parts = page.get_url_parts(cache)
        # A site whose root lies inside another's tree has a portal of its own.
        if parts is not None and parts[0] in same_root:
            found.setdefault(kind_of_type[page.content_type_id], page)
    return found


def _in_trees_of(site: Site) -> Q:
    """Pages below the site's root page or, with translations, below one of its translations."""
    roots = [site.root_page]
    if app_settings.host("WAGTAIL_I18N_ENABLED", False):
        roots += list(site.root_page.get_translations())
    condition = Q()
    for root in roots:
        condition |= Q(path__startswith=root.path)
    return condition


def _preferences(site: Site, locale: Locale | None) -> list[int]:
    if not app_settings.host("WAGTAIL_I18N_ENABLED", False):
        return []
    wanted = [locale.pk] if locale is not None else []
    return [*wanted, Locale.get_default().pk, site.root_page.locale_id]


def _rank(page: Any, wanted: list[int]) -> int:
    return wanted.index(page.locale_id) if page.locale_id in wanted else len(wanted)
