"""Where the records that were changed are looked at today, for those who may."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder

from customer_admin.models import Address, Customer, Order, OrderLine, PortalLogin
from customer_admin.permissions import may
from customer_admin.selectors.changes import RowChange


def customer_url(user: Any, key: Any) -> str:
    """The page of a living customer, for those who may look."""
    return reverse("customers:inspect", args=[key]) if may(user, "view_customer") else ""


def record_urls(user: Any, rows: Iterable[RowChange]) -> dict[str, str]:
    """By the refs of the rows: where their records are, when they are still there and `user` may open them."""
    by_model: dict[Any, list[RowChange]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    urls = {}
    for model, some in by_model.items():
        found = _FINDERS.get(model, _in_the_admin)(user, model, {row.key for row in some})
        urls.update({row.ref: found[row.key] for row in some if found.get(row.key)})
    return urls


def _customers(user: Any, model: Any, keys: set[Any]) -> dict[Any, str]:
    return {key: customer_url(user, key) for key in Customer.objects.filter(pk__in=keys).values_list("pk", flat=True)}


def _of_customers(user: Any, model: Any, keys: set[Any]) -> dict[Any, str]:
    rows = model._base_manager.filter(pk__in=keys, customer__merged_into=None)
    return {key: customer_url(user, customer) for key, customer in rows.values_list("pk", "customer_id")}


def _orders(user: Any, model: Any, keys: set[Any]) -> dict[Any, str]:
    if not (may(user, "view_order") and may(user, "view_customer")):
        return {}
    path = "order_id" if model is OrderLine else "pk"
    owner = "order__customer" if model is OrderLine else "customer"
    rows = model._base_manager.filter(pk__in=keys, **{f"{owner}__isnull": False, f"{owner}__merged_into": None})
    return {
        key: reverse("customers:order", args=[customer, order])
        for key, customer, order in rows.values_list("pk", owner, path)
    }


def _in_the_admin(user: Any, model: Any, keys: set[Any]) -> dict[Any, str]:
    finder = AdminURLFinder(user)
    return {row.pk: finder.get_edit_url(row) or "" for row in model._base_manager.filter(pk__in=keys)}


_FINDERS = {
    Customer: _customers,
    Address: _of_customers,
    PortalLogin: _of_customers,
    Order: _orders,
    OrderLine: _orders,
}
