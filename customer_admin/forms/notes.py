"""The forms of a note on the page of its customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import AccountNote
from customer_admin.models.keys import BIGGEST_KEY
from customer_admin.selectors.history import version_of

from .entries import date_input
from .meanwhile import SeenField


class NoteForm(forms.ModelForm):
    """A new note. `newest` is the newest one that the person could see, so that a form sent twice adds one note."""

    newest = forms.IntegerField(required=False, min_value=0, max_value=BIGGEST_KEY, widget=forms.HiddenInput)

    class Meta:
        model = AccountNote
        fields = ("body", "kind", "is_pinned", "alert_clerk", "alert_level", "alert_from", "alert_until")
        widgets = {"body": forms.Textarea(attrs={"rows": 2}), "alert_from": date_input(), "alert_until": date_input()}


class EditNoteForm(NoteForm):
    newest = None  # type: ignore[assignment]
    seen = SeenField()
    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )

    def __init__(self, *args: Any, instance: AccountNote, **kwargs: Any) -> None:
        seen = version_of(instance) if kwargs.get("data") is None else ""  # Before anything is read from the note.
        super().__init__(*args, instance=instance, **kwargs)
        self.initial["seen"] = seen
