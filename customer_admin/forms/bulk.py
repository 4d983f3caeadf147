"""What the pages ask that change many customers at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import CustomerClass

from .why import WhyForm


class BulkForm(WhyForm):
    """`selected` tells which rows the person was shown, so that no others are changed."""

    selected = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ClassForm(BulkForm):
    customer_class = forms.ModelChoiceField(
        label=_("New class"), queryset=CustomerClass.objects.none(), empty_label=_("Choose a class")
    )
    field_order = ["customer_class", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer_class"].queryset = CustomerClass.objects.filter(is_active=True)  # type: ignore[attr-defined]


CHOICES = [("", _("Leave as it is")), ("on", _("Switch on")), ("off", _("Switch off"))]
MEANING = {"": None, "on": True, "off": False}


class PreferencesForm(BulkForm):
    notify_account = forms.ChoiceField(
        label=_("Account notifications"), choices=CHOICES, required=False, widget=forms.RadioSelect
    )
    notify_marketing = forms.ChoiceField(
        label=_("Marketing"),
        choices=CHOICES,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Switch it on only for customers who agreed to it."),
    )
    field_order = ["notify_account", "notify_marketing", "reason"]

    @property
    def wanted(self) -> dict[str, bool | None]:
        return {name: MEANING[self.cleaned_data[name]] for name in ("notify_account", "notify_marketing")}


class ExportForm(forms.Form):
    ending = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", _("XLSX, for spreadsheet programs")), ("csv", _("CSV, for other programs and large lists"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
