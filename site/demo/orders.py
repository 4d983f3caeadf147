"""What the demo's till reports: orders by the month, and one that an alert holds back."""

import datetime
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from customer_admin.models import Actor, ActorKind, Customer, Order, OrderLine

from .people import Person
from .shop import CHANNELS, CUSTOMERS, GOODS, HELD_FOR, HELD_ORDER

if TYPE_CHECKING:
    from .seeding import Shop

ORDERS = 900
STRAYS = 6
TILL = Actor(kind=ActorKind.INTEGRATION, label="Till")


def plan_orders(shop: "Shop") -> None:
    """The till reports the orders of each month on its last day."""
    customers = [
        *[0] * 9,
        *[1] * 6,
        *(2 + int((CUSTOMERS - 2) * shop.random.random() ** 1.6) for _ in range(ORDERS - 16)),
    ]
    plans = sorted(
        (shop.day(shop.known_since[customer] + 1), number, customer) for number, customer in enumerate(customers)
    )
    months: dict[tuple[int, int], list[tuple[datetime.datetime, int]]] = {}
    for when, _number, customer in plans:
        months.setdefault((when.year, when.month), []).append((when, customer))
    for (year, month), orders in months.items():
        reported = orders[-1][0] + datetime.timedelta(minutes=30)
        shop.timeline.add(
            min(reported, timezone.now()),
            partial(_write_orders, shop, orders),
            TILL,
            kind="import",
            reason=f"Orders of {year}-{month:02}",
            source="api",
        )


def plan_held_order(shop: "Shop") -> None:
    """Edgar's order of yesterday, and what was noted about him before."""
    noted = timezone.now() - datetime.timedelta(days=2)
    for position, (level, body) in enumerate(HELD_FOR):
        note = {"body": body, "alert_clerk": True, "alert_level": level, "alert_from": noted.date()}
        when, clerk = noted + datetime.timedelta(minutes=position), shop.staff["manager"]
        shop.timeline.add(when, partial(shop.write_note, 2, clerk, note), clerk, kind="create")
    placed = timezone.now() - datetime.timedelta(days=1)
    shop.timeline.add(
        placed, partial(_write_held_order, shop), TILL, kind="import", reason="Order by telephone", source="api"
    )


def _write_held_order(shop: "Shop", when: datetime.datetime) -> None:
    order, lines = _make_order(shop, shop.customers[2], when)
    order.number, order.status, order.channel = HELD_ORDER, Order.Status.OPEN, "Phone"
    Order.objects.bulk_create([order])
    OrderLine.objects.bulk_create(lines)


def plan_strays(shop: "Shop", people: list[Person]) -> None:
    """Orders of the web shop in the last weeks that name no account: guests who left their e-mail, or an address."""
    random = Random(STRAYS)  # noqa: S311 (The same data every time.)
    private = [person for person in people[3:100] if person.first_name and not person.company and person.addresses]
    for number, guest in enumerate(random.sample(private, STRAYS)):
        placed = timezone.now() - datetime.timedelta(days=2 * number + 2, hours=3)
        order = partial(_write_stray, shop, guest, random, is_known=number < STRAYS - 2)
        shop.timeline.add(placed, order, TILL, kind="import", reason="Guest order of the web shop", source="api")


def _write_stray(shop: "Shop", guest: Person, random: Random, when: datetime.datetime, *, is_known: bool) -> None:
    """The order of a guest, who with `is_known` gave the e-mail that the shop knows."""
    order, lines = _make_order(shop, shop.customers[0], when, random)
    order.customer, order.channel, order.status = None, "Online", Order.Status.OPEN
    order.email = guest.email.upper() if is_known else f"guest{when:%d%H}@example.org"
    order.billing_address = printed(guest, guest.addresses[0])
    order.shipping_address = ""
    Order.objects.bulk_create([order])
    OrderLine.objects.bulk_create(lines)


def _write_orders(shop: "Shop", plans: list[tuple[datetime.datetime, int]], when: datetime.datetime) -> None:
    orders, lines = [], []
    for placed_at, position in plans:
        order, order_lines = _make_order(shop, shop.customers[position], placed_at)
        orders.append(order)
        lines += order_lines
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(lines)


def _make_order(
    shop: "Shop", customer: Customer, placed_at: datetime.datetime, random: Random | None = None
) -> tuple[Order, list[OrderLine]]:
    random = random or shop.random
    customer_class = customer.customer_class
    is_recent = (timezone.now() - placed_at).days < 14
    order = Order(
        number=f"AV-{shop.next_number}",
        customer=customer,
        email=customer.email,
        placed_at=placed_at,
        status=random.choice(("open", "open", "completed"))
        if is_recent
        else random.choices(("completed", "cancelled", "refunded"), (94, 4, 2))[0],
        channel=random.choice(CHANNELS),
        invoice_layout=customer_class.invoice_layout,
        currency="USD",
        shipping=random.choice((Decimal(0), Decimal(0), Decimal("7.50"), Decimal("12.00"))),
        **shop.printed[customer.pk],
    )
    shop.next_number += 1
    is_large = customer_class.kind in ("wholesale", "distributor")
    goods = random.sample(GOODS, random.randint(1, 5))
    lines = [
        OrderLine(
            order=order,
            position=line,
            sku=sku,
            description=description,
            quantity=Decimal(random.randint(6, 36) if is_large else random.choice((1, 1, 1, 2, 2, 3, 6))),
            unit_price=Decimal(price),
            discount_percent=Decimal(customer_class.discount_percent),
        )
        for line, (sku, description, price) in enumerate(goods, start=1)
    ]
    order.total = sum((line.amount for line in lines), order.shipping)
    return order, lines


def printed(person: Person, address: dict[str, str]) -> str:
    """The address in lines, with the name on top."""
    place = " ".join(filter(None, [address.get("postal_code"), address.get("city")]))
    names = [person.company, f"{person.first_name} {person.last_name}".strip()]
    lines = [*names, address.get("line1"), address.get("line2"), place, address.get("region"), address.get("country")]
    return "\n".join(filter(None, lines))
