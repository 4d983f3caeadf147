"""Fields that several of the portal's forms have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_IDENTIFIER = 254
LONGEST_PASSWORD = 1000


class IdentifierField(forms.CharField):
    """A username or an e-mail address. It is a plain text field, since browsers refuse either in an e-mail field."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "username",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        super().__init__(
            label=_("Username or e-mail"),
            max_length=LONGEST_IDENTIFIER,
            widget=forms.TextInput(attrs=attributes),
            error_messages={"required": _("Enter your username or your e-mail address.")},
            **kwargs,
        )


class PasswordField(forms.CharField):
    """A password, taken as typed: neither trimmed nor cut off."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A maxlength in the page would make browsers cut a pasted password without a word.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class PortalForm(forms.Form):
    """A form whose labels stand alone and whose errors the page's summary can point to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    use_required_attribute = False
    """Empty fields are answered by the page itself, in its language, beside the field and in the summary."""
