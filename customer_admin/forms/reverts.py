"""The form with which staff take a change back: a choice for each clash, and a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.operations.reverts import KEEP, OVERWRITE

CHOICE = "choice:"
REST = "*"


class RevertForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Optional. Shown in the history.")
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    @property
    def resolve(self) -> dict[str, str]:
        """What was chosen, by the key of the clash; "*" is for those that were too many to show."""
        chosen: Any = self.data.items()
        return {
            name.removeprefix(CHOICE): value
            for name, value in chosen
            if name.startswith(CHOICE) and value in (KEEP, OVERWRITE)
        }
