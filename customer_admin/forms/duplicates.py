"""What is typed and chosen about duplicates."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customer_admin.models import DuplicatePair
from customer_admin.models.keys import BIGGEST_KEY, as_key
from customer_admin.selectors.duplicates.pairs import DISMISSED, OPEN

from .why import WhyForm

MOST_AT_ONCE = 500
MOST_ADDRESSES = 5
TYPED = ("first_name", "last_name", "company", "email", "phone", "account_number")
_ADDRESS = re.compile(r"addresses-\d{1,3}-line1")


class ReviewForm(forms.Form):
    """The filters of the report; what makes no sense is as if it were not there."""

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[(OPEN, _("To review")), (DISMISSED, _("Not duplicates"))]
    )
    level = forms.ChoiceField(
        label=_("Certainty"), required=False, choices=[("", _("Any")), *DuplicatePair.Level.choices]
    )
    customer = forms.IntegerField(
        required=False, min_value=1, max_value=BIGGEST_KEY, widget=forms.HiddenInput, localize=False
    )

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        data = self.cleaned_data
        return {
            "status": data.get("status") or OPEN,
            "level": data.get("level") or "",
            "customer": data.get("customer"),
        }

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen["level"] or self.chosen["customer"])


class PairsForm(forms.Form):
    """The pairs that are not duplicates, and why."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        error_messages={
            "max_length": _("Nothing was decided. The reason may have %(limit_value)d characters at most.")
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        keys = keys_in(self.data.getlist("only") or self.data.getlist("pair"))  # type: ignore[union-attr]
        if not keys:
            raise forms.ValidationError(_("Tick the pairs first that are not duplicates."))
        return {**cleaned, "pairs": keys}

    @property
    def told(self) -> str:
        """What is wrong with it, for a page that has moved on."""
        return " ".join(str(each) for errors in self.errors.values() for each in errors)


class CertainForm(WhyForm):
    """How many are merged must be typed, `count` as they are now."""

    count = forms.CharField(
        label=_("How many customers"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = str(count)
        self.fields["count"].help_text = gettext("Type %(count)s to confirm.") % {"count": count}

    def clean_count(self) -> str:
        typed = str(self.cleaned_data["count"]).strip()
        if typed != self.expected:
            told = gettext("These are %(count)s customers now. Look at them, and type %(count)s to confirm.")
            raise forms.ValidationError(told % {"count": self.expected})
        return typed


def keys_in(texts: Sequence[str]) -> list[int]:
    """The keys of pairs among these texts, up to a bound."""
    return sorted({key for text in texts[:MOST_AT_ONCE] if (key := as_key(text)) is not None})


def typed_customer(data: Mapping[str, str]) -> dict[str, Any]:
    """What a form of a customer holds so far, for a look-up; half a date is none."""
    typed: dict[str, Any] = {name: data.get(name, "") for name in TYPED}
    typed["birth_date"] = _date_in(data.get("birth_date", ""))
    typed["pk"] = as_key(data.get("pk", ""))
    lines = [name for name in data if _ADDRESS.fullmatch(name) and not data.get(name.replace("line1", "DELETE"))][
        :MOST_ADDRESSES
    ]
    typed["addresses"] = [
        {part: data.get(name.replace("line1", part), "") for part in ("line1", "postal_code", "city")} for name in lines
    ]
    return typed


def _date_in(text: str) -> Any:
    try:
        return forms.DateField(required=False).clean(text)
    except forms.ValidationError:
        return None
