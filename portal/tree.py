"""Making a site's tree of portal pages."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Site

from customer_admin.models import SYSTEM, ChangeSetKind, recording
from customer_admin.selectors.site_settings import settings_of

from .addresses import KINDS, models_of, portal_pages
from .errors import PortalRefused
from .texts import first_texts


@dataclass(frozen=True)
class PortalTree:
    """What a site's portal consists of: its pages by kind, which of these were made now, and whether it is open."""

    pages: dict[str, Any]
    made: frozenset[str]
    is_open: bool


def make_portal(*, site: Site, parent: Any = None, as_root: bool = False) -> PortalTree:
    """Make whatever pages of the portal `site` does not have yet, published, and open a portal that is new.

    The home page goes below `parent`, else below the site's root page, or takes the root page's place. Pages that are
    there stay as they are, published or not, and a portal that staff closed stays closed. Raises PortalRefused.
    """
    types = {kind: _page_type(kind) for kind in KINDS}
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        pages = portal_pages(site, live=False)
        made: set[str] = set()
        if "home" not in pages:
            pages["home"] = _make_home(types["home"], site, parent, as_root)
            made.add("home")
        for kind in KINDS:
            if kind not in pages:
                pages[kind] = _make_page(types[kind], pages["home"], pages["home"].locale)
                made.add(kind)
        if "home" in made:
            _open(site)
    return PortalTree(pages=pages, made=frozenset(made), is_open=settings_of(site).portal_enabled)


def _page_type(kind: str) -> Any:
    found = models_of(kind)
    if not found:
        raise PortalRefused(
            _(
                "This site has its own base page, and no page type made from the portal's mixin for “%(kind)s”. "
                "Derive one from portal.models first."
            )
            % {"kind": kind}
        )
    return found[0]


def _make_home(model: Any, site: Site, parent: Any, as_root: bool) -> Any:
    if as_root:
        Page = swapper.load_model("wagtailcore", "Page")
        home = _make_page(model, Page.get_first_root_node(), site.root_page.locale)
        site.root_page = home
        site.save()
        return home
    parent = parent or site.root_page
    if not parent.path.startswith(site.root_page.path):
        raise PortalRefused(
            _("The page “%(page)s” is not part of the site %(site)s. Choose one below “%(root)s”.")
            % {"page": parent, "site": site, "root": site.root_page}
        )
    return _make_page(model, parent, parent.locale)


def _make_page(model: Any, parent: Any, locale: Any) -> Any:
    with translation.override(locale.language_code):
        values = first_texts(model.portal_kind)
    page = model(**values, locale=locale)
    page.slug = find_available_slug(parent, page.slug)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _open(site: Site) -> None:
    with recording(actor=SYSTEM, kind=ChangeSetKind.SYSTEM, reason=_("The portal was made")):
        settings = settings_of(site)
        settings.portal_enabled = True
        settings.save()
