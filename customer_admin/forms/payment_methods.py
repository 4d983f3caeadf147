"""The forms of a saved payment method."""

import datetime
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customer_admin.models import ClubMembership, Customer, SavedPaymentMethod
from customer_admin.models.account_numbers import validate_no_account_number
from customer_admin.models.keys import as_key
from customer_admin.models.payment_methods import end_of_month
from customer_admin.permissions import may

from .meanwhile import SeenForm

_MONTH = re.compile(r"([0-9]{1,2})[^0-9]{1,3}([0-9]{2}|[0-9]{4})|([0-9]{2})([0-9]{2})")
CENTURY = 2000


class MonthField(forms.Field):
    """A month as it stands on a card, "09/27", and as a date the last day of it."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "MM/YY", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Type the month and the year as they stand on the card, such as 09/27.")}

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values:
            return None
        found = _MONTH.fullmatch(unicodedata.normalize("NFKC", str(value)[:20]).strip())
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        month, year = (int(part) for part in found.groups() if part is not None)
        try:
            return end_of_month(datetime.date(year if year > 99 else CENTURY + year, month, 1))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.month:02}/{value.year}" if isinstance(value, datetime.date) else value


class MembershipsField(forms.ModelMultipleChoiceField):
    """Some of the customer's memberships, by their clubs."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=ClubMembership.objects.none(), **kwargs)

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list) else ():
            if as_key(str(key)) is None:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key}
                )
        return super().clean(value)

    def label_from_instance(self, obj: ClubMembership) -> str:
        return str(obj.club)


class PaymentMethodForm(SeenForm):
    """What can be changed of a method that is there."""

    expires_on = MonthField(required=False, label=_("Expires"), help_text=_("Month and year. Bank accounts: empty."))
    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        validators=[validate_no_account_number],
        help_text=_("Optional. Shown in the history."),
    )

    memberships = MembershipsField(label=_("Clubs that are paid with it"), required=False)
    paid_before = MembershipsField(required=False, widget=forms.MultipleHiddenInput)
    field_order = ["label", "holder", "expires_on", "billing_address", "memberships", "paid_before", "reason"]

    class Meta:
        model = SavedPaymentMethod
        fields = ["label", "holder", "expires_on", "billing_address"]

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["billing_address"]
        address.queryset = customer.addresses.all()
        address.empty_label = _("None")
        paid = self.fields.get("memberships")
        if paid is not None:
            paid.queryset = customer.club_memberships.current().select_related("club").order_by("club__name")
            self.initial["memberships"] = list(paid.queryset.filter(payment_method=self.instance))
            self.initial["paid_before"] = self.initial["memberships"]
            self.fields["paid_before"].queryset = paid.queryset
            if not (paid.queryset and may(self.for_user, "change_clubmembership")):
                del self.fields["memberships"], self.fields["paid_before"]
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs["autocomplete"] = "off"  # A browser would offer the clerk's own card.

    @property
    def pays(self) -> dict[str, set[ClubMembership]]:
        """For which memberships the person let it begin and end, whatever others did meanwhile."""
        chosen, before = (set(self.cleaned_data.get(name, ())) for name in ("memberships", "paid_before"))
        return {"pays_for": chosen - before, "pays_no_longer_for": before - chosen}


class NewPaymentMethodForm(PaymentMethodForm):
    memberships = paid_before = None
    field_order = [
        "kind", "processor", "token", "brand", "last_four", "holder", "expires_on", "billing_address", "label",
        "reason",
    ]  # fmt: skip

    class Meta(PaymentMethodForm.Meta):
        fields = [*PaymentMethodForm.Meta.fields, "kind", "processor", "token", "brand", "last_four"]
        widgets = {"last_four": forms.TextInput(attrs={"inputmode": "numeric"}), "kind": forms.RadioSelect}
