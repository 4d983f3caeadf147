"""Reads about the notes of one customer."""

from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from customer_admin.models import AccountNote, Customer, NoteAcknowledgement

from .history import Seen

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


@dataclass(frozen=True)
class NoteCounts:
    """How many notes there are of each kind that occurs, and the key of the newest one, 0 when there is none."""

    by_kind: dict[str, int]
    newest: int


def note_counts_of(customer: Customer) -> NoteCounts:
    rows = list(
        AccountNote.objects.filter(customer=customer)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"), newest=Max("pk"))
    )
    return NoteCounts({kind: count for kind, count, _key in rows}, max((key for _kind, _n, key in rows), default=0))


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


def seen_up_to(customer: Customer, newest: int | None) -> Seen | None:
    """What somebody saw who knew the notes up to the one with the key `newest`; None when it is not said."""
    if newest is None:
        return None
    keys = AccountNote.objects.filter(customer=customer, pk__lte=newest).order_by().values_list("pk", flat=True)
    return Seen(0, {"account_notes": {str(key): Seen(0) for key in keys}})
