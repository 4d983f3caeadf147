"""The sign-in form."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from customer_admin.errors import LoginRefused
from customer_admin.models import PortalLogin
from customer_admin.operations import check_credentials
from customer_admin.operations.sign_in import backend_of

from .fields import IdentifierField, PasswordField, PortalForm


class SignInForm(PortalForm):
    """Valid for a customer of `site` who may sign in; then `login` and `backend` are set."""

    identifier = IdentifierField()
    password = PasswordField(
        label=_("Password"),
        autocomplete="current-password",
        error_messages={"required": _("Enter your password.")},
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.login: PortalLogin | None = None
        self.backend = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "identifier" not in data or "password" not in data:
            return data
        try:
            self.login = check_credentials(identifier=data["identifier"], password=data["password"], site=self.site)
            self.backend = backend_of(self.login.user)
        except LoginRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return data
