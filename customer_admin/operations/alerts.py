"""Opening an order with what its clerk must know first, and saying that one has seen it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from customer_admin.errors import NoteRefused, OrderRefused
from customer_admin.models import AccountNote, ChangeSetKind, NoteAcknowledgement, Order, recording
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import AnyActor
from customer_admin.models.keys import storable
from customer_admin.permissions import require
from customer_admin.selectors.alerts import alerts_of
from customer_admin.selectors.orders import LONGEST_NUMBER, orders_numbered

from .accounts import locked_row


@dataclass(frozen=True)
class OpenedOrder:
    """An order and the notes in force about its customer, the gravest first; none for an order without a customer."""

    order: Order
    alerts: tuple[AccountNote, ...]


def open_order(*, actor: AnyActor, number: str) -> OpenedOrder:
    """The order with this number, and the alerts to show before anything is done with it. Writes nothing.

    Space around the number does not matter, nor do capital letters where only one order fits. Raises
    PermissionRefused, and OrderRefused on the field "number".
    """
    require(actor, "view_order")
    found = orders_numbered(number)
    if len(found) != 1:
        raise _refused(number, found)
    (order,) = found
    return OpenedOrder(order, tuple(alerts_of(order.customer)))


def acknowledge_note(
    *, actor: AnyActor, note: AccountNote, order: Order | None = None, reason: str = ""
) -> AccountNote:
    """The note, which `actor` has seen now, for that order or in general; the first time counts.

    Raises PermissionRefused, and NoteRefused for a note that alerts nobody today, or another customer's order.
    """
    actor = require(actor, "acknowledge_accountnote")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        # Whoever else acknowledges it waits here, so the second one finds the first one's row.
        found = locked_row(AccountNote.objects.all(), note, NoteRefused, or_merged=True)
        if found is None:
            raise NoteRefused(_("This note was deleted meanwhile."), code="gone")
        if not found.is_in_force():
            raise NoteRefused(
                _("This note does not alert anybody today, so there is nothing to acknowledge. Go on."),
                code="not_in_force",
            )
        if order is not None and not _is_of(order, found):
            raise NoteRefused(
                fields={"order": _("This alert is about another customer. Open the order anew.")}, code="other_customer"
            )
        if not NoteAcknowledgement.objects.filter(note=found, order=order).by(actor):
            NoteAcknowledgement.objects.create(
                note=found, order=order, acknowledged_by_id=actor.user_id, acknowledged_by_label=kept_label(actor)
            )
    return found


def _is_of(order: Order, note: AccountNote) -> bool:
    """Locked, so that it neither goes nor is assigned to somebody else meanwhile."""
    return bool(Order.objects.select_for_update().filter(pk=order.pk, customer=note.customer_id))


def _refused(number: str, found: list[Order]) -> OrderRefused:
    typed = storable(number).strip()
    if found:
        message = _("Several orders have this number: %(numbers)s. Type it with the same capital letters.") % {
            "numbers": ", ".join(order.number for order in found)
        }
        return OrderRefused(fields={"number": message}, code="ambiguous")
    if not typed:
        return OrderRefused(fields={"number": _("Type the number of the order.")}, code="empty")
    shown = typed if len(typed) <= LONGEST_NUMBER else f"{typed[:LONGEST_NUMBER]}…"
    message = _("There is no order %(number)s. Compare the number with the receipt or the e-mail about the order.")
    return OrderRefused(fields={"number": message % {"number": shown}}, code="not_found")
