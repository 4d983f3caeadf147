"""To whom a mail is sent again."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.mail.messages import SECRET_KINDS
from customer_admin.models import OutgoingEmail
from customer_admin.models.keys import email_key, validate_email_address
from customer_admin.operations.resends import usual_address

USUAL, CUSTOMER, MYSELF, ANOTHER = "usual", "customer", "myself", "another"


class ResendForm(forms.Form):
    """The choices that make sense for this mail; one with a link for one person alone has no choice."""

    to = forms.ChoiceField(label=gettext_lazy("To whom?"), widget=forms.RadioSelect)
    to_address = forms.CharField(
        label=gettext_lazy("Another address"),
        required=False,
        max_length=254,
        validators=[validate_email_address],
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def __init__(self, *args: Any, email: OutgoingEmail, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses = addresses_to_offer(email, user)
        choices = [(name, f"{address} ({_words(name)})") for name, address in self.addresses.items()]
        if email.kind in SECRET_KINDS:
            del self.fields["to_address"]
        else:
            choices.append((ANOTHER, _("Another address")))
        to: Any = self.fields["to"]
        to.choices, self.initial["to"] = choices, USUAL

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to") == ANOTHER and not cleaned.get("to_address") and "to_address" not in self.errors:
            self.add_error("to_address", _("Type the address."))
        return cleaned

    @property
    def address(self) -> str:
        """The address that was chosen."""
        chosen = self.cleaned_data["to"]
        return self.cleaned_data["to_address"] if chosen == ANOTHER else self.addresses[chosen]


def addresses_to_offer(email: OutgoingEmail, user: Any) -> dict[str, str]:
    """The addresses that need not be typed, by choice, each once."""
    offered = {USUAL: usual_address(email)}
    if email.kind not in SECRET_KINDS:
        offered[CUSTOMER] = email.customer.email if email.customer else ""
        offered[MYSELF] = getattr(user, get_user_model().get_email_field_name(), "") or ""
    seen: set[str] = set()
    kept = {}
    for name, address in offered.items():
        if address and email_key(address) not in seen:
            seen.add(email_key(address))
            kept[name] = address
    return kept


def _words(name: str) -> str:
    return {USUAL: _("as before"), CUSTOMER: _("the customer's address"), MYSELF: _("yourself")}[name]
