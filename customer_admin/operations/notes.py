"""Writing, changing and removing account notes."""

from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import NoteRefused
from customer_admin.models import AccountNote, ChangeSet, ChangeSetKind, Customer, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .accounts import locked_account, locked_row
from .meanwhile import Meanwhile, look_up
from .refusals import assign, check
from .sent_twice import twin_of

NOTE_FIELDS = frozenset({"kind", "body", "is_pinned", "alert_clerk", "alert_level", "alert_from", "alert_until"})


def add_note(
    *,
    actor: AnyActor,
    customer: Customer,
    body: str,
    reason: str = "",
    seen: Seen | str | None = None,
    **fields: Any,
) -> AccountNote:
    """A note by `actor`. Raises PermissionRefused, NoteRefused.

    `seen` is the version of the customer with "account_notes": when `actor` wrote the same note since then, that one is
    the answer, so a form that is sent twice adds one.
    """
    actor = require(actor, "add_accountnote")
    note = AccountNote(customer=customer, author=actor.user, author_label=actor.label)
    assign(note, {"body": body, **fields}, NOTE_FIELDS)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        locked_account(customer, NoteRefused)
        check(note, NoteRefused)
        if twin := _made_since(Seen.of(seen), note):
            return twin
        note.save()
    return note


def update_note(
    *, actor: AnyActor, note: AccountNote, reason: str = "", seen: Seen | str | None = None, **fields: Any
) -> AccountNote:
    """The note with the given fields changed; its author stays. Raises PermissionRefused, NoteRefused.

    `seen` is the `version_of` the note when the person began: what others changed since then stays, unless the person
    changed the same, which raises ChangedMeanwhile. A note that others removed stays gone if the person left it alone;
    who has been told so and saves again adds it anew.
    """
    actor = require(actor, "change_accountnote")
    seen, meanwhile = Seen.of(seen), Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        found = locked_row(AccountNote.objects.all(), note, NoteRefused)
        if found is None:
            if seen is None:
                raise NoteRefused(_("This note was deleted meanwhile."), code="gone")
            if look_up(note, seen).was_gone:
                return add_note(actor=actor, customer=note.customer, **fields)
            meanwhile.settle_gone(note, fields, seen)
            meanwhile.refuse()
            return note
        note = found
        fields = meanwhile.settle(note, fields, seen)
        meanwhile.refuse()
        assign(note, fields, NOTE_FIELDS)
        check(note, NoteRefused)
        note.save()
    return note


def delete_note(
    *, actor: AnyActor, note: AccountNote, reason: str = "", seen: Seen | str | None = None
) -> ChangeSet | None:
    """Remove a note. Raises PermissionRefused, and ChangedMeanwhile when others changed it since `seen`."""
    actor = require(actor, "delete_accountnote")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        if found := locked_row(AccountNote.objects.all(), note, NoteRefused, or_merged=True):
            meanwhile = Meanwhile(actor)
            meanwhile.settle_removal(found, NOTE_FIELDS, Seen.of(seen))
            meanwhile.refuse()
            found.delete()
    return current.change_set


def _made_since(seen: Seen | None, note: AccountNote) -> AccountNote | None:
    if seen is None or "account_notes" not in seen.rows:
        return None
    others = AccountNote.objects.filter(customer=note.customer, author=note.author, author_label=note.author_label)
    return twin_of(note, others.exclude(pk__in=list(seen.rows["account_notes"])), NOTE_FIELDS)
