"""Reads about the notes that alert a clerk, and about who acknowledged them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Group
from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from customer_admin.models import AccountNote, Actor, Customer, NoteAcknowledgement, Order
from customer_admin.models.actors import AnyActor

from .site_settings import settings_of

Level = AccountNote.AlertLevel
GRAVEST_FIRST = (Level.STOP, Level.WARNING, Level.INFO)


@dataclass(frozen=True)
class Alert:
    """A note in force as somebody meets it: who acknowledged it, and whether the person who asks did."""

    note: AccountNote
    acknowledgements: tuple[NoteAcknowledgement, ...]
    is_acknowledged: bool
    must_be_acknowledged: bool

    @property
    def holds_back(self) -> bool:
        """Whether the order must not be shown to that person yet."""
        return self.must_be_acknowledged and not self.is_acknowledged


def alerts_of(customer: Customer | None, day: date | None = None) -> list[AccountNote]:
    """The notes that alert whoever opens the customer on that day, by default today, the gravest first."""
    if customer is None:
        return []
    return list(_gravest_first(AccountNote.objects.in_force(day).filter(customer=customer)))


def gravest_level() -> Subquery:
    """The level of the gravest alert in force of each customer of a query; None for those without one."""
    notes = AccountNote.objects.in_force().filter(customer=OuterRef("pk"))
    return Subquery(_gravest_first(notes).values("alert_level")[:1])


def alerts_on(order: Order, actor: AnyActor) -> list[Alert]:
    """The alerts of the order's customer today, the gravest first, as `actor` meets them when opening the order."""
    return _as_met(alerts_of(order.customer), actor, order=order)


def alerts_about(customer: Customer, actor: AnyActor) -> list[Alert]:
    """The same as `actor` meets them on the customer: acknowledged in general, whatever was seen with an order."""
    return _as_met(alerts_of(customer), actor, order=None)


def _as_met(notes: list[AccountNote], actor: AnyActor, *, order: Order | None) -> list[Alert]:
    if not notes:
        return []
    found = NoteAcknowledgement.objects.filter(note__in=notes, order=order)
    own = set(found.by(Actor.of(actor)).values_list("note_id", flat=True))
    by_note: dict[int, list[NoteAcknowledgement]] = defaultdict(list)
    for acknowledgement in found:
        by_note[acknowledgement.note_id].append(acknowledgement)
    levels = levels_that_hold_back(order) if order is not None else {Level.STOP}
    return [Alert(note, tuple(by_note[note.pk]), note.pk in own, note.alert_level in levels) for note in notes]


def levels_that_hold_back(order: Order) -> set[str]:
    """The levels that cover an order until they are acknowledged, by the settings of its customer's site."""
    customer = order.customer
    warnings_too = customer is not None and settings_of(customer.site).warnings_hold_back
    return {Level.STOP, Level.WARNING} if warnings_too else {Level.STOP}


def groups_that_acknowledge() -> list[str]:
    """The names of the groups whose members may acknowledge alerts."""
    permission = {
        "permissions__codename": "acknowledge_accountnote",
        "permissions__content_type__app_label": "customer_admin",
    }
    return list(Group.objects.filter(**permission).order_by("name").values_list("name", flat=True))


def _gravest_first(notes: QuerySet[AccountNote]) -> QuerySet[AccountNote]:
    gravity = Case(*(When(alert_level=level, then=Value(place)) for place, level in enumerate(GRAVEST_FIRST)))
    return notes.order_by(gravity, "-is_pinned", "-created_at", "-pk")
