"""One's own second factor: how it stands, new recovery codes, and turning it off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages

from customer_admin.conf import app_settings

from .. import operations, selectors
from ..forms import AnyCodeForm
from .base import OVERVIEW, CodeFormView, SecondFactorPage

FEW_CODES = 3


class OverviewView(SecondFactorPage, TemplateView):
    template_name = "customer_admin/second_factor/overview.html"
    page_title = gettext_lazy("Second factor")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes_left = selectors.recovery_codes_left(self.request.user)
        return super().get_context_data(
            authenticator=selectors.authenticator_of(self.request.user),
            codes_left=codes_left,
            has_few_codes=codes_left <= FEW_CODES,
            is_required=app_settings.SECOND_FACTOR == "required",
            **kwargs,
        )


class ConfirmView(SecondFactorPage, CodeFormView):
    """Asks for a present code before it changes anything; there is nothing to change without a second factor."""

    template_name = "customer_admin/second_factor/confirm.html"
    form_class = AnyCodeForm
    submit_button_label = ""
    explanation = ""
    is_serious = False

    @cached_property
    def refusal(self) -> str:
        """Why this can't be done now, or nothing."""
        if selectors.authenticator_of(self.request.user) is None:
            return _("You have no second factor yet. Set one up first.")
        return ""

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        if not self.refusal:
            return None
        messages.error(request, self.refusal)
        return redirect(OVERVIEW)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(action_url=self.request.path, overview_url=OVERVIEW, **kwargs)


class NewRecoveryCodesView(ConfirmView):
    page_title = gettext_lazy("New recovery codes")
    submit_button_label = gettext_lazy("Make new codes")
    explanation = gettext_lazy("You get ten new codes. The old ones, used or not, no longer work then.")

    def perform(self, form: Any) -> HttpResponse:
        return self.show_recovery_codes(
            operations.replace_recovery_codes(actor=self.request.user, code=form.cleaned_data["code"])
        )


class TurnOffView(ConfirmView):
    page_title = gettext_lazy("Turn off second factor")
    submit_button_label = gettext_lazy("Turn off")
    explanation = gettext_lazy(
        "Your password alone opens the admin then. Your authenticator and your recovery codes no longer work; "
        "you can set up a new second factor at any time."
    )
    is_serious = True

    @cached_property
    def refusal(self) -> str:
        if app_settings.SECOND_FACTOR == "required":
            return _("Everybody needs a second factor here. You can replace your authenticator instead.")
        return super().refusal

    def perform(self, form: Any) -> HttpResponse:
        operations.disable_second_factor(actor=self.request.user, code=form.cleaned_data["code"])
        messages.success(self.request, _("Your second factor is off."))
        return redirect(OVERVIEW)
