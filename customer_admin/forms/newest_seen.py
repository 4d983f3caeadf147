"""Lets a form that is sent twice, by a double click or with the Back button, make one row."""

from typing import Any

from django import forms

from customer_admin.models.keys import as_key


class NewestSeenField(forms.Field):
    """The key of the newest row that was there when the form was shown; what came later may be the same one."""

    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> int | None:
        """None for what nobody was shown: then nothing is compared."""
        return as_key(str(value))
