"""One order: opened by its number or from its customer's list, with the alerts that its clerk must know first."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.errors import NoteRefused, OrderRefused
from customer_admin.forms.open_order import OpenOrderForm
from customer_admin.forms.refusals import show_refusal
from customer_admin.models import AccountNote, Customer, InvoiceLayout, Order
from customer_admin.permissions import may
from customer_admin.selectors.alerts import alerts_on, groups_that_acknowledge
from customer_admin.selectors.orders import order_that_left, orders_of
from customer_admin.selectors.owners import change_set_of_owner

from .assignments.access import assign_url, may_assign
from .changes.links import change_set_url
from .customers.screens import CustomerScreenMixin, customer_url

NAMESPACE = "open_order"


class OpenOrderMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, "view_order")


def order_url(order: Order, user: Any) -> str:
    """The order among those of its customer, or by itself where there is none or `user` may not see customers."""
    customer = order.customer
    if customer is None or customer.merged_into_id is not None or not may(user, "view_customer"):
        return reverse(f"{NAMESPACE}:order", args=[order.pk])
    return reverse(Customer.snippet_viewset.get_url_name("order"), args=[customer.pk, order.pk])


class OrderAccessMixin(WagtailAdminTemplateMixin):
    header_icon = "list-ul"
    _show_breadcrumbs = True
    breadcrumbs_items: list[dict[str, Any]] = []
    kwargs: dict[str, Any]
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "view_order"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class OpenOrderView(OrderAccessMixin, TemplateView):
    """Asks for the number; an address that has one leads on to the order."""

    page_title = gettext_lazy("Open order")
    header_icon = "folder-open-inverse"
    template_name = "customer_admin/orders/open.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "number" not in request.GET:
            return self.render_to_response(self.get_context_data(form=OpenOrderForm()))
        form = OpenOrderForm(request.GET)
        if form.is_valid():
            try:
                opened = operations.open_order(actor=request.user, number=form.cleaned_data["number"])
            except OrderRefused as refusal:
                show_refusal(form, refusal)
            else:
                return redirect(order_url(opened.order, request.user))
        return self.render_to_response(self.get_context_data(form=form))

    @property
    def has_no_orders(self) -> bool:
        return not Order.objects.exists()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class OrderMixin:
    """Shows `order`, unless a stop that this person has not acknowledged covers it."""

    template_name = "customer_admin/orders/detail.html"
    order: Order
    request: HttpRequest

    def get_page_title(self) -> str:
        return gettext("Order %(number)s") % {"number": self.order.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        user = self.request.user
        customer = self.order.customer if may(user, "view_customer") else None
        alerts = alerts_on(self.order, user)
        may_acknowledge = may(user, "acknowledge_accountnote")
        context |= {
            "order": self.order,
            "customer": customer,
            "customer_url": customer_url(user, customer) if customer is not None else "",
            "alerts": alerts,
            "is_covered": any(alert.holds_back for alert in alerts),
            "may_acknowledge": may_acknowledge,
            "groups_to_ask": groups_that_acknowledge() if alerts and not may_acknowledge else [],
        }
        return context if context["is_covered"] else {**context, **self.uncovered()}

    def uncovered(self) -> dict[str, Any]:
        """What is shown of an order that nothing covers."""
        user, owner = self.request.user, self.order.customer
        owners_class = owner.customer_class if owner is not None else None
        layout = self.order.invoice_layout or (owners_class.invoice_layout if owners_class is not None else "")
        assigned = change_set_of_owner(self.order) if may(user, "view_changeset") else None
        return {
            "lines": self.order.lines.all(),
            "customer_class": owners_class,
            "invoice_layout": InvoiceLayout(layout).label if layout else "",
            "assigned": assigned,
            "assigned_url": change_set_url(user, assigned, owner) if assigned is not None else "",
            "assign_url": assign_url(order=self.order.number) if may_assign(user) else "",
        }


class OrderView(OrderMixin, OrderAccessMixin, TemplateView):
    """An order by itself, whether it has a customer or not."""

    @cached_property
    def order(self) -> Order:
        orders = Order.objects.select_related("customer__customer_class")
        return get_object_or_404(orders, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        opened = {"url": reverse(f"{NAMESPACE}:index"), "label": gettext("Open order")}
        return [*self.breadcrumbs_items, opened, {"url": "", "label": self.get_page_title()}]


class CustomerOrderView(OrderMixin, CustomerScreenMixin, TemplateView):
    """An order among those of its customer."""

    permissions = ("view_order", "view_customer")
    tab = "orders"
    header_icon = "list-ul"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            elsewhere = order_that_left(self.customer, kwargs["order_pk"])
            if elsewhere is None:
                raise
            messages.info(request, gettext("This order does not belong to this customer any more."))
            return redirect(order_url(elsewhere, request.user))

    @cached_property
    def order(self) -> Order:
        orders = orders_of(self.customer).select_related("customer__customer_class")
        return get_object_or_404(orders, pk=self.kwargs["order_pk"])


class AcknowledgeView(OrderAccessMixin, View):
    """Takes the acknowledgement of one alert, and leads back to the order."""

    http_method_names = ["get", "post"]

    @cached_property
    def order(self) -> Order:
        return get_object_or_404(Order.objects.select_related("customer"), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(order_url(self.order, request.user))  # Who had to sign in first comes here.

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "acknowledge_accountnote"):
            raise PermissionDenied
        try:
            operations.acknowledge_note(
                actor=request.user, note=AccountNote(pk=self.kwargs["note_pk"]), order=self.order
            )
        except NoteRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, gettext("Alert acknowledged."))
        return redirect(order_url(self.order, request.user))
