"""Writing, changing and removing account notes."""

from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import NoteRefused
from customer_admin.models import AccountNote, ChangeSet, ChangeSetKind, Customer, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require

from .refusals import assign, check

NOTE_FIELDS = frozenset({"kind", "body", "is_pinned", "alert_clerk", "alert_level", "alert_from", "alert_until"})


def add_note(*, actor: AnyActor, customer: Customer, body: str, reason: str = "", **fields: Any) -> AccountNote:
    """A note by `actor`. Raises PermissionRefused, NoteRefused."""
    actor = require(actor, "add_accountnote")
    note = AccountNote(customer=customer, author=actor.user, author_label=actor.label)
    assign(note, {"body": body, **fields}, NOTE_FIELDS)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        if not Customer.all_objects.select_for_update().filter(pk=customer.pk):
            raise NoteRefused(_("This customer was deleted meanwhile."), code="gone")
        check(note, NoteRefused)
        note.save()
    return note


def update_note(*, actor: AnyActor, note: AccountNote, reason: str = "", **fields: Any) -> AccountNote:
    """The note with the given fields changed; its author stays. Raises PermissionRefused, NoteRefused."""
    require(actor, "change_accountnote")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        found = AccountNote.objects.select_for_update().filter(pk=note.pk).first()
        if found is None:
            raise NoteRefused(_("This note was deleted meanwhile."), code="gone")
        note = found
        assign(note, fields, NOTE_FIELDS)
        check(note, NoteRefused)
        note.save()
    return note


def delete_note(*, actor: AnyActor, note: AccountNote, reason: str = "") -> ChangeSet | None:
    """Remove a note. Raises PermissionRefused."""
    require(actor, "delete_accountnote")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        AccountNote.objects.filter(pk=note.pk).delete()
    return current.change_set
