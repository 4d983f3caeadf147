"""The form for a new password, typed twice."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.errors import LoginRefused
from customer_admin.operations.password_rules import password_rules

from .fields import PasswordField, PortalForm


class SetPasswordForm(PortalForm):
    """Whether the password is good enough is decided by the operation; `add_refusal` says what it said."""

    password = PasswordField(
        label=gettext_lazy("New password"),
        autocomplete="new-password",
        error_messages={"required": gettext_lazy("Choose a password.")},
    )
    repeated = PasswordField(
        label=gettext_lazy("New password again"),
        autocomplete="new-password",
        error_messages={"required": gettext_lazy("Type the password once more.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_rules.help_text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and "repeated" in data and data["password"] != data["repeated"]:
            error = ValidationError(_("The two passwords are not the same. Please type both again."), code="mismatch")
            self.add_error("repeated", error)
        return data

    def add_refusal(self, refusal: LoginRefused) -> None:
        for name, messages in (refusal.fields or {"": [refusal.message]}).items():
            self.add_error(name if name in self.fields else None, [ValidationError(text) for text in messages])
