"""The form with which store credit is booked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import CreditEntry

from .entries import EntryForm

Kind = CreditEntry.Kind


class CreditForm(EntryForm):
    KINDS = [
        (Kind.DEPOSIT, _("Deposit: adds to the balance")),
        (Kind.REDEMPTION, _("Redemption: spends from the balance")),
        (Kind.HOLD, _("Put on hold: reserves from the balance")),
        (Kind.RELEASE, _("Release: back from hold to the balance")),
        (Kind.CAPTURE, _("Take from hold: spends what was reserved")),
        (Kind.ADJUSTMENT, _("Adjustment: corrects the balance, with a minus downwards")),
    ]

    kind = forms.ChoiceField(label=_("What"), choices=KINDS)
    amount = forms.DecimalField(label=_("Amount"), max_digits=14, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ["kind", "amount", "currency", "on", "reason"]

    @property
    def values(self) -> dict[str, Any]:
        """What the operation is given."""
        return self.cleaned_data
