"""The forms with which a customer joins a club, and a membership is changed, put on hold and cancelled."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from customer_admin.models import Club, ClubMembership, Customer, SavedPaymentMethod
from customer_admin.models.clubs import LONGEST_TIER
from customer_admin.permissions import may
from customer_admin.selectors.clubs import known_tiers
from customer_admin.selectors.history import version_of

from .entries import date_input
from .meanwhile import SeenField
from .why import WhyForm

TIERS = "club-tiers"
"""The id of the list of tiers from which the field suggests."""


class MembershipForm(WhyForm):
    """What both forms ask for."""

    tier = forms.CharField(
        label=_("Tier"),
        required=False,
        max_length=LONGEST_TIER,
        widget=forms.TextInput(attrs={"list": TIERS, "autocomplete": "off"}),
    )
    since = forms.DateField(label=_("Since"), widget=date_input())
    delivery_method = forms.ChoiceField(
        label=_("Delivery method"),
        required=False,
        choices=[("", "–"), *ClubMembership.DeliveryMethod.choices],
    )

    payment_method = forms.ModelChoiceField(
        label=_("Payment method"),
        required=False,
        queryset=SavedPaymentMethod.objects.none(),
        empty_label=_("None"),
        help_text=_("What the club is paid with."),
    )

    def offer_methods(self, customer: Customer, user: Any) -> None:
        """Let one of the customer's payment methods be chosen, by people who may see them."""
        if may(user, "view_savedpaymentmethod"):
            self.fields["payment_method"].queryset = customer.payment_methods.all()
        else:
            del self.fields["payment_method"]

    @cached_property
    def tiers(self) -> list[str]:
        """What the field for the tier suggests."""
        return known_tiers()


class JoinClubForm(MembershipForm):
    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.filter(is_active=True))
    field_order = ["club", "tier", "since", "delivery_method", "payment_method", "reason"]

    def __init__(self, *args: Any, customer: Customer, user: Any, initial: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"since": timezone.localdate(), **(initial or {})}, **kwargs)
        self.offer_methods(customer, user)


class EditMembershipForm(MembershipForm):
    seen = SeenField()
    field_order = ["tier", "since", "delivery_method", "payment_method", "reason"]

    def __init__(self, *args: Any, membership: ClubMembership, user: Any, **kwargs: Any) -> None:
        self.instance = membership
        seen = version_of(membership) if kwargs.get("data") is None else ""  # Before anything is read from it.
        values = {name: getattr(membership, name) for name in ("tier", "since", "delivery_method", "payment_method")}
        super().__init__(*args, **{**kwargs, "initial": {**values, "seen": seen}})
        self.offer_methods(membership.customer, user)

    @cached_property
    def tiers(self) -> list[str]:
        return self.instance.club.tier_names


class HoldForm(WhyForm):
    on_hold_until = forms.DateField(
        label=_("On hold until"),
        required=False,
        widget=date_input(),
        help_text=_("The last day on hold: from the next one on the membership counts again. Empty: until resumed."),
    )
    field_order = ["on_hold_until", "reason"]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for leaving"), max_length=500, help_text=_("Kept with the membership, and in the history.")
    )
