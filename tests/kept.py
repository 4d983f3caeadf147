"""What customers keep of their addresses and orders, told by the rows themselves."""

from collections import defaultdict
from typing import Any

from customer_admin.models import Address, Customer, Order
from customer_admin.models.search_texts import places_of


def kept_wrongly() -> list[tuple[int, str, Any, Any]]:
    """Key, column, what is kept and what should be, for each that differs."""
    addresses, last = defaultdict(list), {}
    for key, postal_code, city in Address.objects.values_list("customer", "postal_code", "city"):
        addresses[key].append((postal_code, city))
    orders = Order.objects.exclude(status__in=["cancelled", "refunded"]).order_by("placed_at")
    last.update(orders.values_list("customer", "placed_at"))
    found = []
    for key, places, last_order_at in Customer.all_objects.values_list("pk", "places", "last_order_at"):
        if places != places_of(addresses[key]):
            found.append((key, "places", places, places_of(addresses[key])))
        if last_order_at != last.get(key):
            found.append((key, "last_order_at", last_order_at, last.get(key)))
    return found
