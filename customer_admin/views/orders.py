"""The orders of one customer."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.base import BaseListingView

from customer_admin.models import Customer, Order
from customer_admin.permissions import may
from customer_admin.selectors.orders import order_totals_of, orders_of


class OrdersMixin(WagtailAdminTemplateMixin):
    header_icon = "list-ul"
    index_url_name = ""
    edit_url_name = ""
    inspect_url_name = ""
    orders_url_name = ""
    _show_breadcrumbs = True
    breadcrumbs_items: list[dict[str, Any]] = []
    kwargs: dict[str, Any]
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (may(request.user, "view_order") and may(request.user, "view_customer")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer, pk=self.kwargs["pk"])

    def customer_breadcrumbs(self) -> list[dict[str, Any]]:
        name = self.edit_url_name if may(self.request.user, "change_customer") else self.inspect_url_name
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))},
            {"url": reverse(name, args=[self.customer.pk]), "label": str(self.customer)},
        ]


class MoneyColumn(Column):
    cell_template_name = "customer_admin/orders/money_cell.html"


class PlacedColumn(Column):
    cell_template_name = "customer_admin/orders/placed_cell.html"


class CustomerOrdersView(OrdersMixin, BaseListingView):
    """All orders, newest first, with what they come to."""

    page_title = _("Orders")
    template_name = "customer_admin/orders/list.html"
    paginate_by = 50
    default_ordering = "-placed_at"
    verbose_name_plural = Order._meta.verbose_name_plural
    order_url_name = ""

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("number", label=_("Number"), get_url=self.get_order_url),
            PlacedColumn("placed_at", label=_("Placed"), sort_key="placed_at"),
            Column("get_status_display", label=_("Status")),
            Column("channel", label=_("Channel")),
            MoneyColumn("total", label=_("Total"), sort_key="total"),
        ]

    def get_order_url(self, order: Order) -> str:
        return reverse(self.order_url_name, args=[self.customer.pk, order.pk])

    def get_base_queryset(self) -> QuerySet[Order]:
        return orders_of(self.customer)

    def get_index_url(self) -> str:
        return reverse(self.orders_url_name, args=[self.customer.pk])

    def get_index_results_url(self) -> str:
        return self.get_index_url()

    def get_page_subtitle(self) -> str:
        return str(self.customer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.customer_breadcrumbs(), {"url": "", "label": _("Orders"), "sublabel": str(self.customer)}]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "totals": order_totals_of(self.customer)}
