"""Sets up an authenticator, the first or one that replaces another."""

import secrets
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .. import encryption, operations, qr_code, selectors
from ..errors import SecondFactorRefused
from ..forms import AuthenticatorCodeForm, ReplaceForm
from ..models import KEY_BYTES
from .base import OVERVIEW, CodeFormView, SecondFactorPage, mark_verified

SESSION_KEY = "customer_admin_second_factor_key"


class SetUpView(SecondFactorPage, CodeFormView):
    template_name = "customer_admin/second_factor/set_up.html"

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        # The middleware leaves this page open for those who must set up, so it guards itself against the others.
        if selectors.demand_on(request.user) is selectors.Demand.VERIFY:
            return redirect_to_login(request.get_full_path(), login_url=reverse("customer_admin_second_factor:verify"))
        return None

    @cached_property
    def is_replacing(self) -> bool:
        return selectors.authenticator_of(self.request.user) is not None

    @cached_property
    def key(self) -> bytes:
        """The key that is offered. It waits, encrypted, in this session alone until a code confirms it."""
        try:
            return encryption.decrypt(self.request.session[SESSION_KEY])
        except (KeyError, SecondFactorRefused):
            key = secrets.token_bytes(KEY_BYTES)
            self.request.session[SESSION_KEY] = encryption.encrypt(key)
            return key

    def get_form_class(self) -> type:
        return ReplaceForm if self.is_replacing else AuthenticatorCodeForm

    def get_page_title(self) -> str:
        return self.page_title or (_("Replace authenticator") if self.is_replacing else _("Set up second factor"))

    def perform(self, form: Any) -> HttpResponse:
        user, codes = self.request.user, form.cleaned_data
        if self.is_replacing:
            authenticator = operations.replace_authenticator(actor=user, key=self.key, **codes)
            self._finish(authenticator)
            messages.success(self.request, _("Your new authenticator is in use. Your recovery codes are still valid."))
            return redirect(OVERVIEW)
        enabled = operations.enable_second_factor(actor=user, key=self.key, **codes)
        self._finish(enabled.authenticator)
        return self.show_recovery_codes(enabled.recovery_codes)

    def _finish(self, authenticator: Any) -> None:
        del self.request.session[SESSION_KEY]
        mark_verified(self.request, authenticator)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "recovery_codes" in kwargs:
            return super().get_context_data(**kwargs)
        uri = qr_code.key_uri(self.key, self.request.user)
        return super().get_context_data(
            action_url=self.request.get_full_path(),
            submit_button_label=self.get_page_title(),
            is_replacing=self.is_replacing,
            key_uri=uri,
            qr_code=qr_code.qr_code(uri),
            secret=qr_code.secret_for_typing(self.key),
            **kwargs,
        )
