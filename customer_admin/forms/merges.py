"""The form of a merge: who takes part, what is chosen, and the number that is typed to confirm it."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.snippets.widgets import AdminSnippetChooser

from customer_admin.models import Customer
from customer_admin.models.keys import as_key
from customer_admin.selectors.customer_numbers import Numbered, customers_numbered
from customer_admin.selectors.merges import LEAVE

from .why import WhyForm

VALUE, FIRST = "value:", "first:"


class CustomerChooser(AdminSnippetChooser):
    """Shows nobody for what no key can be, where Wagtail's own breaks."""

    def get_instance(self, value: Any) -> Customer | None:
        found: Customer | None = super().get_instance(as_key(value) if isinstance(value, str) else value)
        return found


class AccountsForm(forms.Form):
    """Asks for accounts by a chooser, or by their numbers as they are typed; `named` has them all."""

    numbers = forms.CharField(
        label=gettext_lazy("Account numbers"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("One or more, with commas between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    customer = forms.ModelChoiceField(
        label=gettext_lazy("Or choose one"),
        queryset=Customer.objects.all(),
        required=False,
        widget=CustomerChooser(Customer),
    )
    named: list[Numbered]

    @property
    def is_naming(self) -> bool:
        """Whether anything was entered for an account."""
        return any(self.data.get(name, "").strip() for name in ("numbers", "customer"))

    def clean_numbers(self) -> list[Numbered]:
        parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", self.cleaned_data["numbers"])]
        found = customers_numbered([*parts, *(word for part in parts for word in part.split())])
        # A number may have a space in it, but between numbers there may be one as well.
        wanted = [name for part in parts for name in ([part] if part in found else part.split())]
        if unknown := [name for name in wanted if name not in found]:
            told = _("There is no account with the number %(numbers)s. Correct it, or look for the customer by name.")
            raise forms.ValidationError(told % {"numbers": ", ".join(unknown)})
        return [found[name] for name in wanted]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = data.get("customer")
        self.named = [*data.get("numbers", ()), *([Numbered(chosen)] if chosen is not None else [])]
        return data


class MergeForm(AccountsForm, WhyForm):
    """`survivor` is the account whose number must be typed."""

    tell_customer = forms.BooleanField(label=gettext_lazy("Tell the customer by e-mail"), required=False)
    confirm = forms.CharField(
        label=gettext_lazy("Number of the account that stays"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, survivor: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survivor = survivor
        told = _("Type %(number)s to confirm that this is the account that stays.")
        self.fields["confirm"].help_text = told % {"number": survivor.number}

    def clean_confirm(self) -> str:
        typed = str(self.cleaned_data["confirm"])
        if typed.strip().lower() != self.survivor.number.lower():
            raise forms.ValidationError(_("Type %(number)s here to confirm.") % {"number": self.survivor.number})
        return typed

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.named:
            told = _("This account is not added yet. Press “Add”, or empty the field.")
            self.add_error("numbers" if data.get("numbers") else "customer", told)
        return data


def choices_in(data: QueryDict) -> dict[str, str]:
    """What was chosen on the page, in the terms of `merge_preview`."""
    choices = {name.removeprefix(VALUE): data[name] for name in data if name.startswith(VALUE)}
    moving = set(data.getlist("move"))
    for name in data.getlist("listed"):
        if name not in moving:
            choices[name] = LEAVE
        elif first := data.get(f"{FIRST}{name}"):
            choices[name] = first
    return choices
