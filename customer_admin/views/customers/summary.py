"""What stands above the tabs of the customer's page: the account and the orders in one look."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import Customer, Order
from customer_admin.models.keys import digits_of
from customer_admin.permissions import may
from customer_admin.selectors.orders import OrdersOverTime, order_totals_of, orders_of, orders_over_time
from customer_admin.views.plots import Plot, Series, plot_of

from .login_box import login_box


def summary_of(customer: Customer, user: Any) -> dict[str, Any]:
    """What the top of the page shows to `user`; of the orders nothing to those who may not see them."""
    return {
        "customer_class": customer.customer_class,
        "telephone": dialled(customer.phone),
        "shows_login": any(may(user, f"{action}_portallogin") for action in ("view", "add", "change")),
        **login_box(customer, user),
        "unlock_url": reverse(Customer.snippet_viewset.get_url_name("login_unlock"), args=[customer.pk]),
        **(_orders(customer) if may(user, "view_order") else {}),
    }


def _orders(customer: Customer) -> dict[str, Any]:
    totals = order_totals_of(customer)
    over_time = orders_over_time(customer, totals)
    newest = orders_of(customer).first()
    return {
        "shows_orders": True,
        "totals": totals,
        "newest_order": newest,
        "newest_order_url": order_url(newest) if newest is not None else "",
        "orders_plot": plot_of_orders(over_time) if over_time is not None else None,
    }


def order_url(order: Order) -> str:
    """The order among those of its customer."""
    return reverse(Customer.snippet_viewset.get_url_name("order"), args=[order.customer_id, order.pk])


def plot_of_orders(over_time: OrdersOverTime) -> Plot:
    titles = {"month": _("Orders per month"), "year": _("Orders per year")}
    description = ngettext(
        "One bar for each, %(count)d order altogether. The same numbers are in the table below.",
        "One bar for each, %(count)d orders altogether. The same numbers are in the table below.",
        over_time.total,
    )
    return plot_of(
        {start: {"orders": count} for start, count in over_time.by_start.items()},
        over_time.unit,
        [Series("orders", _("Orders"))],
        name="orders-plot",
        title=titles[over_time.unit],
        description=description % {"count": over_time.total},
    )


def dialled(phone: str) -> str:
    """What a telephone is to dial; "" for a number with words in it."""
    digits = digits_of(phone)
    if len(digits) < 3 or any(char.isalpha() for char in phone):
        return ""
    return f"+{digits}" if phone.strip().startswith("+") else digits
