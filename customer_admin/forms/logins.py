"""The forms of a portal login in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import PortalLogin
from customer_admin.models.keys import validate_email_address
from customer_admin.operations.password_rules import password_rules
from customer_admin.selectors.history import version_of

from .meanwhile import SeenField

TYPED, MAILED = "typed", "mailed"


def _email_input() -> forms.TextInput:
    attrs = {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
    return forms.TextInput(attrs=attrs)


def _password_input() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


class LoginForm(forms.Form):
    """What both forms ask for; the operation decides what is good."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        validators=[validate_email_address],
        widget=_email_input(),
        help_text=_("A made-up address works, but then “Forgot password” reaches nobody."),
    )
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "Unique among all logins. With an @ only when it is the e-mail address above, which it then follows."
        ),
    )
    password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=200, widget=_password_input()
    )
    password_again = forms.CharField(
        label=_("Password, once more"), required=False, strip=False, max_length=200, widget=_password_input()
    )
    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_rules.help_text
        # A password is never sent back to the browser, so the two are typed anew after an error.

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password", "") != cleaned.get("password_again", ""):
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        return cleaned


class NewLoginForm(LoginForm):
    how = forms.ChoiceField(
        label=_("How does the customer get a password?"),
        choices=[(MAILED, _("Send e-mail to set password")), (TYPED, _("I type one now"))],
        initial=MAILED,
        widget=forms.RadioSelect,
    )
    field_order = ["email", "username", "how", "password", "password_again", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("how") == TYPED and not cleaned.get("password"):
            self.add_error("password", _("Type a password, or choose “Send e-mail to set password”."))
        if cleaned.get("how") == MAILED and cleaned.get("password"):
            self.add_error("how", _("You typed a password. Choose “I type one now”, or leave the password empty."))
        return cleaned


class YesNoField(forms.TypedChoiceField):
    """A boolean that is chosen by its name."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", widget=forms.RadioSelect, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ("yes" if value else "no") if isinstance(value, bool) else value


class EditLoginForm(LoginForm):
    is_enabled = YesNoField(
        label=_("Enabled"),
        help_text=_("No: the customer can't sign in and is signed out now. The username and e-mail stay taken."),
    )
    seen = SeenField()
    field_order = ["email", "username", "is_enabled", "password", "password_again", "reason"]

    def __init__(self, *args: Any, login: PortalLogin, **kwargs: Any) -> None:
        self.instance = login
        seen = version_of(login) if kwargs.get("data") is None else ""  # Before anything is read from the login.
        initial = {"email": login.email, "username": login.username, "is_enabled": login.is_enabled, "seen": seen}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["password"].help_text = _("Leave empty to keep the present one. %(rules)s") % {
            "rules": password_rules.help_text
        }
