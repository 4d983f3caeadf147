"""What stands against deleting customers, for one as for many, with where each thing can be settled."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.errors import Obstacle
from customer_admin.models import ClubMembership, Customer, Order

from .credit import unsettled_credit


def obstacles_to_delete(customer: Customer) -> list[Obstacle]:
    """What stands against deleting this customer; rows of other models that protect it are found when it is tried."""
    return obstacles_to_delete_many([customer])[customer.pk]


def obstacles_to_delete_many(customers: Iterable[Any]) -> dict[int, list[Obstacle]]:
    """The same by the keys of many customers, given as rows or keys. As many questions for many as for one."""
    keys = [getattr(customer, "pk", customer) for customer in customers]
    found: dict[int, list[Obstacle]] = {key: [] for key in keys}
    for find in (_open_orders, _clubs, _credit, _merged):
        for obstacle in find(keys):
            found[obstacle.customer_id].append(obstacle)
    return found


def _open_orders(keys: list[int]) -> Iterator[Obstacle]:
    orders = Order.objects.filter(customer__in=keys, status=Order.Status.OPEN).order_by()
    for key, count in orders.values_list("customer").annotate(Count("pk")):
        told = ngettext(
            "%(count)d order is still open. Complete or cancel it first.",
            "%(count)d orders are still open. Complete or cancel them first.",
            count,
        )
        yield Obstacle("orders", key, told % {"count": count})


def _clubs(keys: list[int]) -> Iterator[Obstacle]:
    members = ClubMembership.objects.current().filter(customer__in=keys).order_by("club__name", "pk")
    for key, club in members.values_list("customer", "club__name"):
        told = _("The customer is a member of %(club)s. Cancel the membership first.")
        yield Obstacle("club", key, told % {"club": club})


def _credit(keys: list[int]) -> Iterator[Obstacle]:
    for key, balances in unsettled_credit(keys).items():
        for each in balances:
            told = _(
                "Store credit is not settled: %(balance)s %(currency)s to spend, %(held)s on hold. "
                "Bring both to 0 first."
            )
            values = {
                "balance": number_format(each.balance, 2, force_grouping=True),
                "currency": each.currency,
                "held": number_format(each.on_hold, 2, force_grouping=True),
            }
            yield Obstacle("credit", key, told % values)


def _merged(keys: list[int]) -> Iterator[Obstacle]:
    merged = Customer.all_objects.filter(merged_into__in=keys).order_by("merged_into")
    for key in merged.values_list("merged_into", flat=True).distinct():
        yield Obstacle("merged", key, _("Other accounts were merged into this one. Undo those merges first."))
