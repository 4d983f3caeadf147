"""Reads about the notes of one customer."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from customer_admin.models import AccountNote, Customer, NoteAcknowledgement

ACKNOWLEDGEMENTS_SHOWN = 3


@dataclass(frozen=True)
class Acknowledgements:
    """The last ones of a note, newest first, and how many there are."""

    newest: tuple[NoteAcknowledgement, ...]
    count: int

    @property
    def further(self) -> int:
        return self.count - len(self.newest)


def notes_of(customer: Customer, kind: str = "") -> QuerySet[AccountNote]:
    """The customer's notes, pinned ones first, then the newest; with how often each was acknowledged."""
    notes = AccountNote.objects.filter(customer=customer, **({"kind": kind} if kind else {}))
    own = NoteAcknowledgement.objects.filter(note=OuterRef("pk")).order_by().values("note")
    return notes.annotate(acknowledgement_count=Subquery(own.annotate(n=Count("pk")).values("n")))


def note_counts_of(customer: Customer) -> dict[str, int]:
    """How many notes there are of each kind that occurs."""
    rows = AccountNote.objects.filter(customer=customer).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def acknowledgements_of(notes: list[AccountNote]) -> dict[int, Acknowledgements]:
    """By the key of each note from `notes_of` that was acknowledged: who did last. However many did, it reads a few."""
    counts = {note.pk: note.acknowledgement_count for note in notes if note.acknowledgement_count}  # type: ignore[attr-defined]
    if not counts:
        return {}
    place = Window(RowNumber(), partition_by=F("note"), order_by=[F("acknowledged_at").desc(), F("pk").desc()])
    rows = NoteAcknowledgement.objects.filter(note__in=counts).annotate(place=place)
    newest: dict[int, list[NoteAcknowledgement]] = {}
    for row in rows.filter(place__lte=ACKNOWLEDGEMENTS_SHOWN).select_related("order").order_by("place"):
        newest.setdefault(row.note_id, []).append(row)
    return {key: Acknowledgements(tuple(newest.get(key, ())), count) for key, count in counts.items()}
