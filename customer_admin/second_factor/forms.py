"""Forms that ask for codes. Spaces, which apps and people put in between, do not matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeField(forms.CharField):
    """A code from an authenticator or from a list of recovery codes, which have letters and want a full keyboard."""

    def __init__(self, *, digits_only: bool = True, **kwargs: Any) -> None:
        attrs = {
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            "inputmode": "numeric" if digits_only else "text",
        }
        kwargs.setdefault("error_messages", {"required": _("Type the code first.")})
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        # Wagtail names the help text alone; with the error too, a screen reader says what went wrong.
        self.widget.attrs["aria-describedby"] = f"{bound.auto_id}-error {bound.auto_id}-helptext"
        return bound

    def to_python(self, value: Any) -> str:
        return "".join(super().to_python(value).split())


class AuthenticatorCodeForm(forms.Form):
    code = CodeField(label=_("Code"), help_text=_("The six digits that your authenticator app shows now."))


class RecoveryCodeForm(forms.Form):
    code = CodeField(
        label=_("Recovery code"),
        help_text=_("One of the codes that you stored when you set up your second factor. Each works once."),
        digits_only=False,
    )


class AnyCodeForm(forms.Form):
    code = CodeField(
        label=_("Present code"),
        help_text=_("The six digits that your authenticator app shows now, or one of your recovery codes."),
        digits_only=False,
    )


class ReplaceForm(forms.Form):
    code = CodeField(
        label=_("Code of your new authenticator"), help_text=_("The six digits that your new app shows now.")
    )
    current_code = CodeField(
        label=_("Code of your old authenticator"),
        help_text=_("If you no longer have it, type one of your recovery codes."),
        digits_only=False,
    )
