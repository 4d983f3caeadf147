"""The form that asks which order to open; the operation decides what is a good number."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenOrderForm(forms.Form):
    number = forms.CharField(
        label=_("Order number"),
        required=False,
        help_text=_("As on the receipt or in the e-mail about the order."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
