"""The form with which a clerk gives, uses and counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import LoyaltyEntry
from customer_admin.models.loyalty import LARGEST

from .entries import EntryForm

Kind = LoyaltyEntry.Kind


class LoyaltyForm(EntryForm):
    """Asks what happened and how often; nobody has to know that using is counted below zero."""

    KINDS = [
        (f"-{Kind.FREE_TASTING}", _("Free tasting used")),
        (f"{Kind.FREE_TASTING}", _("Free tasting granted")),
        (f"{Kind.SAMPLE}", _("Sample given")),
        (f"{Kind.DONATION}", _("Donation in the customer’s name")),
        (f"{Kind.POINTS}", _("Points earned")),
        (f"-{Kind.POINTS}", _("Points spent")),
    ]

    kind = forms.ChoiceField(label=_("What"), choices=KINDS)
    quantity = forms.IntegerField(label=_("How many"), initial=1, min_value=1, max_value=LARGEST)
    product_or_cause = forms.CharField(label=_("Product or cause"), required=False, max_length=200)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["kind", "quantity", "product_or_cause", "on", "reason", "note"]

    @property
    def values(self) -> dict[str, Any]:
        """What the operation is given."""
        kind, quantity = self.cleaned_data["kind"], self.cleaned_data["quantity"]
        sign = -1 if kind.startswith("-") else 1
        return {**self.cleaned_data, "kind": kind.removeprefix("-"), "quantity": sign * quantity}
