"""Made-up data with which editors see a page in the preview. None of it is stored, and none of it is anybody's."""

from datetime import timedelta
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from customer_admin.models import Address, Customer, Order, OrderLine, PortalLogin

from .access import Visit


def sample_visit(request: HttpRequest, *, signed_in: bool) -> Visit:
    """The visit that a preview shows: to an open portal, as nobody or as the sample customer."""
    site = Site.find_for_request(request)
    return Visit(site=site, is_open=True, login=sample_login() if signed_in else None)


def sample_login() -> PortalLogin:
    customer = Customer(
        number="C1001",
        first_name=_("Sample"),
        last_name=_("Customer"),
        company=_("Sample Company"),
        email="sample@example.com",
        phone="555 0100",
    )
    return PortalLogin(customer=customer, username="sample", email="sample@example.com")


def sample_addresses() -> list[Address]:
    return [
        Address(kind=kind, is_primary=True, line1=_("1 Example Street"), postal_code="12345", city=_("Exampletown"))
        for kind in Address.Kind
    ]


def sample_orders() -> list[Order]:
    states = (Order.Status.OPEN, Order.Status.COMPLETED, Order.Status.CANCELLED)
    return [
        Order(
            number=f"SAMPLE-{3 - position}",
            placed_at=timezone.now() - timedelta(days=11 * position + 1),
            status=status,
            currency="EUR",
            shipping=Decimal("4.90"),
            total=Decimal("52.90") + 20 * position,
        )
        for position, status in enumerate(states)
    ]


def sample_lines() -> list[OrderLine]:
    return [
        OrderLine(position=1, sku="A-1", description=_("Sample article"), quantity=Decimal(2), unit_price=Decimal(18)),
        OrderLine(position=2, sku="B-7", description=_("Another article"), unit_price=Decimal(12)),
    ]
