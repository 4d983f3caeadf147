"""The page between signing in and the admin: it asks for a code of the authenticator, or a recovery code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from .. import operations, selectors
from ..forms import AuthenticatorCodeForm, RecoveryCodeForm
from ..models import RecoveryDevice
from .base import CodeFormView, mark_verified


@method_decorator(sensitive_post_parameters(), name="dispatch")
class VerifyView(CodeFormView):
    template_name = "customer_admin/second_factor/verify.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.next_url = get_valid_next_url_from_request(request)
        self.by_recovery_code = "recovery" in request.GET
        if selectors.demand_on(request.user) is not selectors.Demand.VERIFY:
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type:
        return RecoveryCodeForm if self.by_recovery_code else AuthenticatorCodeForm

    def get_success_url(self) -> str:
        return self.next_url or reverse("wagtailadmin_home")

    def perform(self, form: Any) -> HttpResponse:
        device = operations.verify_second_factor(actor=self.request.user, code=form.cleaned_data["code"])
        mark_verified(self.request, device)
        if isinstance(device, RecoveryDevice):
            left = selectors.recovery_codes_left(self.request.user)
            messages.warning(
                self.request,
                ngettext(
                    "You used a recovery code, %(count)s is left. Make new ones before you run out.",
                    "You used a recovery code, %(count)s are left. Make new ones before you run out.",
                    left,
                )
                % {"count": left},
                buttons=[messages.button(reverse("customer_admin_second_factor:overview"), _("Second factor"))],
            )
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.next_url, by_recovery_code=self.by_recovery_code, **kwargs)
