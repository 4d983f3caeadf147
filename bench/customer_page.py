"""How long the page of a customer with very many orders and notes takes on the server, and each of its tabs."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from .scratch import empty_database

ORDERS, LINES, NOTES, OTHERS = 10_000, 2, 1_000, 200
LIMIT = 100
"""Milliseconds that the page may take."""


def figures(rounds: int) -> Iterator[str]:
    """One line for the page and one for each of its tabs as it is loaded. The other customers have as many orders."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield f"page of a customer with {ORDERS:,} orders: measured on PostgreSQL only"
        return
    empty_database()
    customer = _fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    last = f"?p={ORDERS // 20}"
    for name, address in (
        (f"page of a customer with {ORDERS:,} orders and {NOTES:,} notes (limit {LIMIT} ms)", _page(customer)),
        *((f"  its tab {tab}", _panel(customer, tab)) for tab in ("account", "orders", "notes", "history")),
        ("  its tab orders, last page", f"{_panel(customer, 'orders')}{last}"),
        ("  the whole page with the last page of orders", f"{_page(customer, 'orders')}{last}"),
        ("  one of its orders", _order(customer)),
    ):
        milliseconds, queries = _measured(address, max(rounds, 20))
        yield f"{name}: {milliseconds:.0f} ms server time, {queries} queries"
    empty_database()


def _page(customer: Any, tab: str = "") -> str:
    from customer_admin.views.customers.tabs import page_url

    return page_url(customer, tab)


def _panel(customer: Any, tab: str) -> str:
    from django.urls import reverse

    return reverse("customers:tab_panel", args=[customer.pk, tab])


def _order(customer: Any) -> str:
    from django.urls import reverse

    return reverse("customers:order", args=[customer.pk, customer.orders.order_by("pk")[ORDERS // 2].pk])


def _measured(address: str, rounds: int) -> tuple[float, int]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    user, _created = get_user_model().objects.get_or_create(username="bench-clerk", is_superuser=True)
    client = Client()
    client.force_login(user)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    count, times = len(queries), []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    return median(times), count


def _fill() -> Any:
    """The customer with orders over ten years, and others among whom these must be found."""
    from wagtail.models import Site

    from customer_admin.operations import SYSTEM, create_class, create_customer, recording

    site = Site.objects.get(is_default_site=True)
    with recording(actor=SYSTEM):
        trade = create_class(actor=SYSTEM, name="Trade", code="trade", discount_percent=10)
        address = {"kind": "billing", "line1": "1 Main Street", "city": "Springfield", "country": "US"}
        customer = create_customer(
            actor=SYSTEM, last_name="Adler", email="a@example.com", site=site, customer_class=trade, addresses=[address]
        )
        others = [create_customer(actor=SYSTEM, last_name=f"Other {n}", site=site) for n in range(OTHERS)]
    with recording(actor=SYSTEM, kind="import"):
        _write_orders(customer, others)
    with recording(actor=SYSTEM):
        _write_notes(customer)
    return customer


def _write_orders(customer: Any, others: list[Any]) -> None:
    import datetime

    from django.utils import timezone

    from customer_admin.models import Order, OrderLine

    now = timezone.now()
    owners = [*[customer] * ORDERS, *(others[n % OTHERS] for n in range(ORDERS))]
    orders = Order.objects.bulk_create(
        [
            Order(
                customer=owner,
                number=f"B{number}",
                placed_at=now - datetime.timedelta(hours=number % ORDERS * 8.76),
                status=("completed", "completed", "cancelled", "open")[number % 4],
                currency=("USD", "EUR")[number % 2],
                channel="Web",
                total=number % 700,
            )
            for number, owner in enumerate(owners)
        ]
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=position, sku=f"S{position}", description="Article", unit_price=5)
        for order in orders
        for position in range(1, LINES + 1)
    )


def _write_notes(customer: Any) -> None:
    from customer_admin.models import AccountNote, NoteAcknowledgement

    kinds = list(AccountNote.Kind)
    notes = AccountNote.objects.bulk_create(
        AccountNote(
            customer=customer, kind=kinds[n % len(kinds)], body=f"Note {n}. " * 20, is_pinned=n % 100 == 0,
            author_label="Ann Field", alert_clerk=n < 3, alert_level="warning",
        )
        for n in range(NOTES)
    )  # fmt: skip
    NoteAcknowledgement.objects.bulk_create(
        NoteAcknowledgement(note=note, order=order, acknowledged_by_label="Ann Field")
        for note in notes[:3]
        for order in customer.orders.order_by("pk")[:100]
    )
