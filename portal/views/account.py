"""A customer's own account: details, addresses, orders. Everything starts from the customer who is signed in."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from customer_admin.models import Customer, Order
from portal.access import is_own_address, visit_of
from portal.links import PortalLinks
from portal.samples import sample_addresses, sample_lines, sample_orders
from portal.segments import from_segment

ORDERS_PER_PAGE = 10


def refusal(page: Any, request: HttpRequest) -> HttpResponse | None:
    """None for a customer; staff learn why they see nothing here; everybody else is led to the sign-in and back."""
    visit = visit_of(request)
    if visit.login is not None:
        return None
    if visit.stranger is not None:
        may_enter_admin = visit.stranger.has_perm("wagtailadmin.access_admin")
        response = page.render(
            request, template="portal/not_a_customer.html", context_overrides={"may_enter_admin": may_enter_admin}
        )
        response.status_code = 403
        return response
    links = PortalLinks(request, visit.site, page.locale)
    target = links.sign_in or links.home
    path = request.get_full_path()
    if is_own_address(request, path):
        target = f"{target}?{urlencode({'next': path})}"
    return HttpResponseRedirect(target)


def show_account(page: Any, request: HttpRequest) -> HttpResponse:
    """Details, addresses and one page of the orders, newest first."""
    customer = _customer(request)
    orders = Paginator(customer.orders.all(), ORDERS_PER_PAGE).get_page(request.GET.get("page"))
    return _account(page, request, addresses=customer.addresses.all(), orders=orders)


def show_order(page: Any, request: HttpRequest, segment: str) -> HttpResponse:
    """One order with its lines; another customer's is as unknown as one that does not exist."""
    number = from_segment(segment)
    order = _customer(request).orders.filter(number=number).first() if number else None
    if order is None:
        response = page.render(request, template="portal/order_not_found.html")
        response.status_code = 404
        return response
    return _order(page, request, order, order.lines.all())


def preview(page: Any, request: HttpRequest, mode_name: str) -> HttpResponse:
    orders = sample_orders()
    if mode_name == "order":
        return _order(page, request, orders[0], sample_lines())
    return _account(page, request, addresses=sample_addresses(), orders=Paginator(orders, ORDERS_PER_PAGE).get_page(1))


def _customer(request: HttpRequest) -> Customer:
    customer = visit_of(request).customer
    assert customer is not None, "The guard lets customers in, and nobody else."
    return customer


def _account(page: Any, request: HttpRequest, *, addresses: Iterable, orders: Any) -> HttpResponse:
    visit = visit_of(request)
    links = PortalLinks(request, visit.site, page.locale)
    return page.render(
        request,
        context_overrides={
            "customer": visit.customer,
            "login": visit.login,
            "addresses": list(addresses),
            "orders": orders,
            "order_rows": [(order, links.order(order.number)) for order in orders],
            "links": links,
        },
    )


def _order(page: Any, request: HttpRequest, order: Order, lines: Iterable) -> HttpResponse:
    return page.render(request, template="portal/order.html", context_overrides={"order": order, "lines": list(lines)})
