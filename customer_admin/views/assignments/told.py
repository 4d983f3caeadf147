"""What is said after orders were assigned, with the way to take it back."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from customer_admin.models import ChangeSet, ChangeSetKind, Order
from customer_admin.operations import AssignedOrders
from customer_admin.permissions import may_revert
from customer_admin.selectors.owners import change_set_of_owner
from customer_admin.views.changes.links import change_set_url, revert_url


def tell_assigned(request: HttpRequest, done: AssignedOrders) -> None:
    assert done.change_set is not None
    said = ngettext("%(count)d order was assigned.", "%(count)d orders were assigned.", done.assigned)
    customers = len({each.customer for each in done.moved})
    if customers > 1:
        said = _("%(count)d orders were assigned to %(customers)d customers.")
    messages.success(
        request, said % {"count": done.assigned, "customers": customers}, buttons=buttons(request.user, done.change_set)
    )


def tell_settled(request: HttpRequest, order: Order | None) -> None:
    """Nothing was to be done: because of what the same person did a moment ago, by a double click, or before that."""
    change_set = change_set_of_owner(order) if order is not None else None
    is_own = (
        change_set is not None and change_set.kind == ChangeSetKind.ASSIGN and change_set.actor_id == request.user.pk
    )
    messages.info(
        request,
        _("These orders are with these customers already."),
        buttons=buttons(request.user, change_set) if change_set is not None and is_own else None,
    )


def buttons(user: Any, change_set: ChangeSet) -> list[Any]:
    """The ways to what was done, and to undoing it, as far as this person may go there."""
    shown = change_set_url(user, change_set)
    found = [messages.button(revert_url(change_set), _("Undo"))] if may_revert(user, change_set) else []
    return [*found, messages.button(shown, _("Show"))] if shown else found
