"""Ready-made pages. A host with a base page of its own gets none, and derives its own from the mixins."""

import swapper
from wagtail.models import Page

from .mixins import AccountMixin, ForgotPasswordMixin, PortalHomeMixin, SetPasswordMixin, SignInMixin

__all__: list[str] = []

if swapper.get_model_name("wagtailcore", "Page") == "wagtailcore.Page":
    __all__ += [
        "PortalAccountPage",
        "PortalForgotPasswordPage",
        "PortalHomePage",
        "PortalSetPasswordPage",
        "PortalSignInPage",
    ]

    class PortalHomePage(PortalHomeMixin, Page):
        content_panels = [*Page.content_panels, *PortalHomeMixin.portal_panels]

    class PortalSignInPage(SignInMixin, Page):
        content_panels = [*Page.content_panels, *SignInMixin.portal_panels]
        parent_page_types = ["portal.PortalHomePage"]
        subpage_types: list[str] = []

    class PortalForgotPasswordPage(ForgotPasswordMixin, Page):
        content_panels = [*Page.content_panels, *ForgotPasswordMixin.portal_panels]
        parent_page_types = ["portal.PortalHomePage"]
        subpage_types: list[str] = []

    class PortalSetPasswordPage(SetPasswordMixin, Page):
        content_panels = [*Page.content_panels, *SetPasswordMixin.portal_panels]
        parent_page_types = ["portal.PortalHomePage"]
        subpage_types: list[str] = []

    class PortalAccountPage(AccountMixin, Page):
        content_panels = [*Page.content_panels, *AccountMixin.portal_panels]
        parent_page_types = ["portal.PortalHomePage"]
        subpage_types: list[str] = []
