"""What the pages of one's own second factor have in common: their place in the admin, and how a refusal is shown."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp import login
from django_otp.models import Device
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin.conf import app_settings

from ..errors import SecondFactorRefused

OVERVIEW = reverse_lazy("customer_admin_second_factor:overview")


def mark_verified(request: HttpRequest, device: Device) -> None:
    """This session has shown its second factor. It gets a new key, so that one stolen before is worth nothing."""
    login(request, device)
    request.session.cycle_key()


class SecondFactorPage(WagtailAdminTemplateMixin):
    """A page below "Account", which is not there where the second factor is switched off."""

    header_icon = "lock"

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if app_settings.SECOND_FACTOR == "off":
            raise Http404
        return self.elsewhere(request) or super().dispatch(request, *args, **kwargs)

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        """Where to send those who have no business on this page, or None."""
        return None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("wagtailadmin_account"), "label": _("Account")}]
        if self.request.path != OVERVIEW:
            items.append({"url": OVERVIEW, "label": _("Second factor")})
        return [*items, {"url": "", "label": self.get_page_title()}]

    def show_recovery_codes(self, codes: list[str]) -> TemplateResponse:
        """The only time that the codes are seen. They go out with this answer and are kept nowhere in clear."""
        self.page_title = _("Your recovery codes")
        context = self.get_context_data(
            recovery_codes=codes,
            issuer=app_settings.SECOND_FACTOR_ISSUER,
            continue_url=get_valid_next_url_from_request(self.request) or OVERVIEW,
        )
        return TemplateResponse(self.request, "customer_admin/second_factor/recovery_codes.html", context)


class CodeFormView(FormView):
    """Calls an operation with the codes of a form; what it refuses appears beside the field that is meant."""

    def perform(self, form: Any) -> HttpResponse:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.perform(form)
        except SecondFactorRefused as refusal:
            form.add_error(None, refusal.fields or refusal.message)
            return self.form_invalid(form)
