"""The kinds of portal page, each a mixin for a page class. What their routes do is in `portal.views`."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.contrib.routable_page.models import path
from wagtail.fields import RichTextField

from portal.views import account, forgot_password, set_password, sign_in

from .base import TEXT_FEATURES, PortalPageMixin

__all__ = [
    "AccountMixin",
    "ForgotPasswordMixin",
    "PortalHomeMixin",
    "PortalPageMixin",
    "SetPasswordMixin",
    "SignInMixin",
]

hides_passwords = method_decorator(sensitive_post_parameters())


class PortalHomeMixin(PortalPageMixin):
    """The front door: what the portal is for, with the way to sign in or to the account."""

    portal_kind = "home"
    portal_panels: ClassVar[list] = ["intro", "body"]

    body = RichTextField(
        _("more text"), blank=True, features=["h2", "h3", *TEXT_FEATURES], help_text=_("Stands at the end of the page.")
    )

    class Meta:
        abstract = True
        verbose_name = _("portal home")
        verbose_name_plural = _("portal homes")


class SignInMixin(PortalPageMixin):
    """Where customers sign in, and out: `sign-out/` takes a POST."""

    portal_kind = "sign_in"
    portal_panels: ClassVar[list] = ["intro", "help"]
    preview_modes: ClassVar[list] = [("", _("Signing in")), ("closed", _("While the portal is off"))]

    help = RichTextField(
        _("help"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("Stands below the form, for those who have no login or can't sign in."),
    )

    class Meta:
        abstract = True
        verbose_name = _("portal sign-in page")
        verbose_name_plural = _("portal sign-in pages")

    @path("")
    @hides_passwords
    def index_route(self, request: HttpRequest) -> HttpResponse:
        return sign_in.sign_in(self, request)

    @path("sign-out/", name="sign_out")
    def sign_out_route(self, request: HttpRequest) -> HttpResponse:
        return sign_in.sign_out(self, request)

    def guard(self, request: HttpRequest) -> HttpResponse | None:
        """Who is signed in may sign out even while the portal is off."""
        match = getattr(request, "routable_resolver_match", None)
        return None if match is not None and match.url_name == "sign_out" else super().guard(request)

    def preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == "closed":
            return self.render(request, template="portal/closed.html")
        return sign_in.sign_in(self, request)


class ForgotPasswordMixin(PortalPageMixin):
    """Where customers ask for a mail with a link to set a password."""

    portal_kind = "forgot_password"
    portal_panels: ClassVar[list] = ["intro", "sent_text"]
    preview_modes: ClassVar[list] = [("", _("Asking for a link")), ("sent", _("After asking"))]

    sent_text = RichTextField(
        _("text after asking"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("The same for everybody, so that it tells nobody whose addresses are known. Empty: a usual text."),
    )

    class Meta:
        abstract = True
        verbose_name = _("portal forgot-password page")
        verbose_name_plural = _("portal forgot-password pages")

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        return forgot_password.ask_for_link(self, request)

    @path("sent/", name="sent")
    def sent_route(self, request: HttpRequest) -> HttpResponse:
        return forgot_password.link_is_sent(self, request)

    def preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        view = forgot_password.link_is_sent if mode_name == "sent" else forgot_password.ask_for_link
        return view(self, request)


class SetPasswordMixin(PortalPageMixin):
    """What a mailed link opens. The token is a sub-route, and moves into the session before anything is shown."""

    portal_kind = "set_password"
    preview_modes: ClassVar[list] = [("", _("Choosing a password")), ("dead", _("With a link that no longer works"))]

    class Meta:
        abstract = True
        verbose_name = _("portal set-password page")
        verbose_name_plural = _("portal set-password pages")

    @path("")
    @hides_passwords
    def index_route(self, request: HttpRequest) -> HttpResponse:
        return set_password.choose_password(self, request)

    @path("<slug:segment>/", name="open_link")
    def open_link_route(self, request: HttpRequest, segment: str) -> HttpResponse:
        return set_password.open_link(self, request, segment)

    def preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return set_password.preview(self, request, mode_name)


class AccountMixin(PortalPageMixin):
    """A customer's own details and orders; `orders/<number>/` shows one. Nobody else gets past the guard."""

    portal_kind = "account"
    portal_panels: ClassVar[list] = ["intro", "help"]
    preview_modes: ClassVar[list] = [("", _("Account")), ("order", _("One order"))]

    help = RichTextField(
        _("help"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("Stands beside the customer's details: whom to tell when something is not right."),
    )

    class Meta:
        abstract = True
        verbose_name = _("portal account page")
        verbose_name_plural = _("portal account pages")

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        return account.show_account(self, request)

    @path("orders/<slug:segment>/", name="order")
    def order_route(self, request: HttpRequest, segment: str) -> HttpResponse:
        return account.show_order(self, request, segment)

    def guard(self, request: HttpRequest) -> HttpResponse | None:
        return account.refusal(self, request)

    def preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return account.preview(self, request, mode_name)

    def get_sitemap_urls(self, request: Any = None) -> list:
        return []
