"""The tab "Orders": all orders of the customer, newest first, by status and year."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from customer_admin.models import Order
from customer_admin.selectors.orders import order_counts_of, orders_of, totals_of
from customer_admin.views.assignments.access import assign_url, may_assign

from .choices import Choice, choices_of
from .summary import order_url
from .tabs import ListTab


class MoneyColumn(Column):
    cell_template_name = "customer_admin/orders/money_cell.html"


class PlacedColumn(Column):
    cell_template_name = "customer_admin/orders/placed_cell.html"


class OrdersTab(ListTab):
    name = "orders"
    label = _("Orders")
    order = 200
    permission = "view_order"
    template_name = "customer_admin/customers/orders_tab.html"
    default_ordering = "-placed_at"
    empty_text = _("There are no orders.")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("number", label=_("Number"), get_url=order_url),
            PlacedColumn("placed_at", label=_("Placed"), sort_key="placed_at"),
            Column("get_status_display", label=_("Status")),
            Column("channel", label=_("Channel")),
            MoneyColumn("total", label=_("Total"), sort_key="total", classname="customer-admin-number"),
        ]

    @cached_property
    def status(self) -> str:
        """The status that is asked for; "" for any."""
        asked = self.request.GET.get("status", "")
        return asked if asked in Order.Status else ""

    @cached_property
    def year(self) -> int | None:
        """The year that is asked for; None for any."""
        asked = self.request.GET.get("year", "")
        is_year = asked.isascii() and asked.isdecimal() and len(asked) == 4
        # Others a database can't ask for in every time zone.
        return int(asked) if is_year and 1900 <= int(asked) <= 2200 else None

    def get_queryset(self) -> QuerySet[Order]:
        orders = orders_of(self.customer)
        if self.status:
            orders = orders.filter(status=self.status)
        return orders.filter(placed_at__year=self.year) if self.year else orders

    def get_context_data(self) -> dict[str, Any]:
        counts, is_filtered = order_counts_of(self.customer), bool(self.status or self.year)
        statuses = [(status.value, status.label, counts.by_status.get(status.value, 0)) for status in Order.Status]
        years = [(str(year), str(year), count) for year, count in counts.by_year.items()]
        return {
            **super().get_context_data(),
            "statuses": self._choices("status", [each for each in statuses if each[2]], self.status),
            "years": self._choices("year", years, str(self.year or "")),
            "found": totals_of(self.get_queryset()) if is_filtered else [],
            "is_filtered": is_filtered,
            "assign_url": assign_url(customer=self.customer.number) if may_assign(self.request.user) else "",
        }

    def _choices(self, parameter: str, offered: list[tuple[str, Any, int]], chosen: str) -> list[Choice]:
        others = {"status": self.status, "year": str(self.year or "")}
        return choices_of(self.url, parameter, offered, chosen, others)
