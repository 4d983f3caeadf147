"""The form with which staff take a change back: a choice for each clash, and a reason."""

from typing import Any

from django import forms

from customer_admin.operations.reverts import KEEP, OVERWRITE

from .why import WhyForm

CHOICE = "choice:"
REST = "*"


class RevertForm(WhyForm):
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
