"""The tab "Notes": what staff wrote about the customer, and a form to write more."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from customer_admin.forms.notes import NoteForm
from customer_admin.models import AccountNote, Customer
from customer_admin.permissions import may
from customer_admin.selectors.notes import acknowledgements_of, note_counts_of, notes_of

from .choices import choices_of
from .tabs import ListTab


def note_url(name: str, customer: Customer, *keys: Any) -> str:
    """The address of a screen about notes: "note_add", or "note_edit", "note_pin", "note_delete" with a note's key."""
    return reverse(Customer.snippet_viewset.get_url_name(name), args=[customer.pk, *keys])


class NotesTab(ListTab):
    name = "notes"
    label = _("Notes")
    order = 800
    permission = "view_accountnote"
    template_name = "customer_admin/customers/notes_tab.html"
    empty_text = _("There are no notes.")
    form: NoteForm | None = None
    """The form that somebody filled in and that was refused."""

    @cached_property
    def columns(self) -> list[Column]:
        return []  # Notes are texts, not rows of a table.

    @cached_property
    def kind(self) -> str:
        """The kind that is asked for; "" for any."""
        asked = self.request.GET.get("kind", "")
        return asked if asked in AccountNote.Kind else ""

    def get_queryset(self) -> QuerySet[AccountNote]:
        return notes_of(self.customer, self.kind)

    def get_context_data(self) -> dict[str, Any]:
        user, counts = self.request.user, note_counts_of(self.customer)
        notes = list(self.page.object_list)
        acknowledgements = acknowledgements_of(notes)
        kinds = [(kind.value, kind.label, counts.by_kind.get(kind.value, 0)) for kind in AccountNote.Kind]
        form = self.form
        if form is None and may(user, "add_accountnote"):
            form = NoteForm(initial={"newest": counts.newest, "kind": self.kind or AccountNote.Kind.GENERAL})
        may_change, may_delete = may(user, "change_accountnote"), may(user, "delete_accountnote")
        return {
            **super().get_context_data(),
            "notes": [
                {
                    "note": note,
                    "acknowledgements": acknowledgements.get(note.pk),
                    "edit_url": note_url("note_edit", self.customer, note.pk) if may_change else "",
                    "pin_url": note_url("note_pin", self.customer, note.pk) if may_change else "",
                    "delete_url": note_url("note_delete", self.customer, note.pk) if may_delete else "",
                }
                for note in notes
            ],
            "kinds": choices_of(self.url, "kind", [kind for kind in kinds if kind[2]], self.kind, {}),
            "form": form,
            "add_url": note_url("note_add", self.customer),
        }
