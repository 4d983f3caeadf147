"""The forms of entries that are only countered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .newest_seen import NewestSeenField


def date_input(**attrs: str) -> forms.DateInput:
    """The browser's own calendar, which needs no script in a tab that is loaded later."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


class EntryForm(forms.Form):
    on = forms.DateField(label=_("Date"), widget=date_input())
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Entries stay for good: say what others need to know.")
    )
    newest_seen = NewestSeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Forms of several tabs stand on one page.
        super().__init__(*args, **{"auto_id": f"{type(self).__name__}-%s", **kwargs})


class CounterForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("What was wrong with the entry?"))
