"""The form of a linked e-mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import LinkedEmail

from .meanwhile import SeenForm


class LinkedEmailForm(SeenForm):
    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )
    field_order = ["email", "label", "gets_account", "gets_orders", "gets_clubs", "reason"]

    class Meta:
        model = LinkedEmail
        fields = ["email", "label", "gets_account", "gets_orders", "gets_clubs"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("A mail with a link goes there. Nothing else does before it is opened.")
        self.fields["email"].widget.attrs["autocomplete"] = "off"
