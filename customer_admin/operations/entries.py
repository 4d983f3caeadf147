"""What loyalty and store credit have in common: entries that are added and countered, one after the other."""

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError
from customer_admin.models import ChangeSetKind, CreditEntry, Customer, LoyaltyEntry, recording
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.history import is_same

from .refusals import check

Entry = TypeVar("Entry", LoyaltyEntry, CreditEntry)


def locked_account(customer: Customer, refusal: type[CustomerAdminError]) -> Customer:
    """The customer, whom nobody else deletes or books on meanwhile. Raises `refusal` when gone, or merged away."""
    found = Customer.all_objects.select_for_update().filter(pk=customer.pk).first()
    if found is None:
        raise refusal(_("This customer was deleted meanwhile."), code="gone")
    if found.merged_into_id is not None:
        raise refusal(_("This account was merged into another one. Open that one."), code="merged")
    return found


def sign(entry: Entry, actor: Actor) -> Entry:
    """Say whose entry it is."""
    entry.author_id, entry.author_label = actor.user_id, kept_label(actor)
    return entry


def twin_of(entry: Entry, newest_seen: int | None, names: Iterable[str]) -> Entry | None:
    """The same entry, if its author made it since; so a form that is sent twice adds one."""
    if newest_seen is None:
        return None
    model = type(entry)
    columns = {field.name: field for field in model._meta.concrete_fields if field.name in set(names)}
    later = model._base_manager.filter(customer=entry.customer_id, author=entry.author_id, counters=None)
    for other in later.filter(author_label=entry.author_label, pk__gt=newest_seen):
        if all(is_same(column, getattr(entry, name), getattr(other, name)) for name, column in columns.items()):
            return other
    return None


def add_counter_entry(
    *, actor: AnyActor, entry: Entry, reason: str, permission: str, refusal: type[CustomerAdminError]
) -> Entry:
    """The counter-entry by `actor`, or the one that is there already."""
    actor = require(actor, permission)
    model = type(entry)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        owner = model._base_manager.filter(pk=entry.pk).values_list("customer", flat=True).first()
        locked_account(Customer(pk=owner), refusal)
        found = model._base_manager.select_related("countered_by").filter(pk=entry.pk).first()
        if found is None:  # It went along with its customer, who is back by now, or somewhere else.
            raise refusal(_("This entry is gone, with its customer."), code="gone")
        if found.is_countered:
            return found.countered_by
        counter = found.counter_entry(reason=reason, author=actor.user_id, author_label=kept_label(actor))
        check(counter, refusal)
        counter.save()
    return counter
