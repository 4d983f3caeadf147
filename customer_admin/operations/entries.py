"""What loyalty and store credit have in common: entries that are added and countered, one after the other."""

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError
from customer_admin.models import ChangeSetKind, CreditEntry, LoyaltyEntry, recording
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.permissions import require

from .accounts import locked_row
from .refusals import check
from .sent_twice import twin_of

Entry = TypeVar("Entry", LoyaltyEntry, CreditEntry)


def sign(entry: Entry, actor: Actor) -> Entry:
    """Say whose entry it is."""
    entry.author_id, entry.author_label = actor.user_id, kept_label(actor)
    return entry


def entry_made_since(newest_seen: int | None, entry: Entry, names: Iterable[str]) -> Entry | None:
    """The same entry, if its author made it since; so a form that is sent twice adds one."""
    if newest_seen is None:
        return None
    later = type(entry)._base_manager.filter(customer=entry.customer_id, author=entry.author_id, counters=None)
    return twin_of(entry, later.filter(author_label=entry.author_label, pk__gt=newest_seen), names)


def add_counter_entry(
    *, actor: AnyActor, entry: Entry, reason: str, permission: str, refusal: type[CustomerAdminError]
) -> Entry:
    """The counter-entry by `actor`, or the one that is there already."""
    actor = require(actor, permission)
    model = type(entry)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        found = locked_row(model._base_manager.select_related("countered_by"), entry, refusal)
        if found is None:  # It went along with its customer, who is back by now, or somewhere else.
            raise refusal(_("This entry is gone, with its customer."), code="gone")
        if found.is_countered:
            return found.countered_by
        counter = found.counter_entry(reason=reason, author=actor.user_id, author_label=kept_label(actor))
        check(counter, refusal)
        counter.save()
    return counter
