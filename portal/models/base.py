"""What all portal pages have in common: the guard, the language, the headers and the preview."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.messages import get_messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField

from portal.access import Visit, visit_of
from portal.links import PortalLinks
from portal.samples import sample_visit

TEXT_FEATURES = ["bold", "italic", "link", "ul", "ol", "document-link"]


class PortalPageMixin(RoutablePageMixin, models.Model):
    """A page of the portal. Put it before the page class: `class MyAccountPage(AccountMixin, MyBasePage)`.

    `portal_kind` says which of `portal.addresses.KINDS` it is. Answers are in the page's own language and never cached.
    """

    portal_kind: ClassVar[str] = ""
    portal_panels: ClassVar[list] = ["intro"]
    max_count_per_parent = 1
    allowed_http_methods: ClassVar[list[str]] = ["GET", "HEAD", "POST", "OPTIONS"]

    intro = RichTextField(
        _("introduction"), blank=True, features=TEXT_FEATURES, help_text=_("Stands below the title of the page.")
    )

    class Meta:
        abstract = True

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        return self.render(request)

    def serve(self, request: HttpRequest, view: Any = None, args: Any = (), kwargs: Any = None) -> HttpResponse:
        request.is_preview = False  # type: ignore[attr-defined]
        view = view or self.index_route
        return self._answer(lambda: self.guard(request) or view(request, *args, **(kwargs or {})))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page as a visitor sees it, with made-up data: never that of the editor or of any customer."""
        request._portal_visit = sample_visit(request, signed_in=self.portal_kind == "account")  # type: ignore[attr-defined]
        request.is_preview = True  # type: ignore[attr-defined]
        return self._answer(lambda: self.preview(request, mode_name))

    def preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.render(request)

    def guard(self, request: HttpRequest) -> HttpResponse | None:
        """What is answered instead of any route of this page, or None to let the visitor in."""
        if visit_of(request).is_open:
            return None
        return self.render(request, template="portal/closed.html")

    def check_request_method(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        response = super().check_request_method(request, *args, **kwargs)
        return never_cached(response) if response is not None else None

    def handle_options_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return never_cached(super().handle_options_request(request, *args, **kwargs))

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> list[str]:
        """The template that Wagtail names after the page type, if there is one, else the portal's own."""
        return [self.template, f"portal/{self.portal_kind}.html"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        visit: Visit = visit_of(request)
        return context | {
            "visit": visit,
            "links": PortalLinks(request, visit.site, self.locale),
            "messages": [] if getattr(request, "is_preview", False) else get_messages(request),
            "language": translation.get_language(),
            "text_direction": "rtl" if translation.get_language_bidi() else "ltr",
        }

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and not cls._has_one_in_site_of(parent)

    @classmethod
    def _has_one_in_site_of(cls, parent: Any) -> bool:
        """Whether the site and language that `parent` belongs to have a page of this type: one portal is enough."""
        site = parent.get_site()
        if site is None:
            return False
        try:
            root = site.root_page.get_translation(parent.locale) if parent.locale else site.root_page
        except ObjectDoesNotExist:
            root = site.root_page
        return cls._default_manager.descendant_of(root, inclusive=True).exists()

    def _answer(self, view: Callable[[], HttpResponse]) -> HttpResponse:
        # Rendered here and now: afterwards another language may be active.
        with translation.override(self.locale.language_code):
            response = view()
            if hasattr(response, "render"):
                response = response.render()
        response.headers.setdefault("Content-Language", self.locale.language_code)
        return never_cached(response)


def never_cached(response: HttpResponse) -> HttpResponse:
    """The response, kept out of every cache and out of the Referer header that other hosts see.

    The policy is not "no-referrer", with which browsers send forms from an unknown origin that Django then refuses.
    """
    add_never_cache_headers(response)
    patch_vary_headers(response, ["Cookie"])
    response.headers["Referrer-Policy"] = "same-origin"
    return response
