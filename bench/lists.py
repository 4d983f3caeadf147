"""How long the list of customers takes on the server as it grows, beside a listing as Wagtail makes it.

PostgreSQL only. Each page is rendered in full for a superuser; times are taken after a warm-up.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from .scratch import empty_database

ORDERS_EACH = 3
STOCK_ROUNDS = 5

STOCK = {
    "page 1": "",
    "page 5,000": "p=5000",
    "search for a rare name": "q=Quistard",
    "search for a common part": "q=son",
    "search for a part of an e-mail": "q=quistard7",
    "search for a phone": "q=427",
    "search that finds nobody": "q=qzxqz",
    "filter by class": "customer_class=2",
}
"""What the listing of Wagtail is asked in its own way, under the names of what ours is asked."""

OURS = {
    "page 1": "",
    "page 5,000": "p=5000",
    "last page": "p=99999999",
    "search for a rare name": "q=quistard",
    "search for a common part": "q=son",
    "search for two words": "q=zo%C3%AB+sander",
    "search for a part of an e-mail": "q=quistard7",
    "search for a phone": "q=0172+427",
    "search for a phone with its country": "q=%2B49+172+4276",
    "search for a postal code": "q=53825",
    "search that finds nobody": "q=qzxqz",
    "search, last page": "q=son&p=20",
    "filter by class": "customer_class=2",
    "filter by a rare class": "customer_class=4",
    "filter by city": "city=m%C3%BChlheim",
    "filter by postal code": "postal_code=538",
    "filter by last name": "last_name=sander",
    "filter by company": "company=caf%C3%A9",
    "filter by no login": "login=none",
    "filter by disabled login": "login=disabled",
    "filter by alert": "alert=any",
    "filter by stop": "alert=stop",
    "filter by exemption": "tax_exempt=yes",
    "filter by expired exemption": "tax_exempt=expired",
    "filter by account notifications": "notify_account=false",
    "filter by marketing": "notify_marketing=true",
    "filter by created": "created_at_from=2025-03-01&created_at_to=2025-03-31",
    "filter by last order": "last_order_at_from=2025-03-01&last_order_at_to=2025-03-31",
    "filters together": "customer_class=3&login=disabled&notify_marketing=true",
    "search and filter by class": "q=son&customer_class=3",
    "search and filter by city": "q=sander&city=m%C3%BChlheim",
    "search and filter by alert": "q=son&alert=stop",
    **{
        f"sort by {name}": f"ordering={ordering}"
        for name, ordering in (
            ("name, backwards", "-sort_name"),
            ("number", "number"),
            ("number, backwards", "-number"),
            ("company", "sort_company"),
            ("company, backwards", "-sort_company"),
            ("e-mail", "sort_email"),
            ("e-mail, backwards", "-sort_email"),
            ("created", "created_at"),
            ("created, backwards", "-created_at"),
            ("last order", "last_order_at"),
            ("last order, backwards", "-last_order_at"),
        )
    },
}


@dataclass(frozen=True)
class Taken:
    """Milliseconds of server time and number of queries for one page."""

    median: float
    p95: float
    queries: int


def figures(sizes: Sequence[int], rounds: int) -> Iterator[str]:
    """One line for each page, with its time at the last of `sizes`, and against the first of them and Wagtail's."""
    from django.db import connection

    from . import customers_data

    if connection.vendor != "postgresql":
        yield "list of customers: measured on PostgreSQL only"
        return
    taken: dict[int, dict[str, Taken]] = {}
    for size in sizes:
        empty_database()
        began = time.perf_counter()
        customers_data.fill(size, size * ORDERS_EACH)
        yield f"{size:,} customers and {size * ORDERS_EACH:,} orders made: {time.perf_counter() - began:.0f} s"
        wrong = customers_data.wrong_keys(max(size // 1000, 1))
        assert not wrong, f"These customers have other stored keys than the models compute: {wrong}"
        taken[size] = {name: take("/admin/customers/", query, rounds) for name, query in OURS.items()}
    stock = {name: take("/admin/stock-customers/", query, STOCK_ROUNDS) for name, query in STOCK.items()}
    yield from lines(taken[sizes[0]], taken[sizes[-1]], stock, sizes, rounds)
    empty_database()


def lines(
    small: dict[str, Taken], large: dict[str, Taken], stock: dict[str, Taken], sizes: Sequence[int], rounds: int
) -> Iterator[str]:
    for name, each in large.items():
        line = f"list of {sizes[-1]:,} customers, {name}: {each.median:.0f} ms median, {each.p95:.0f} ms p95, "
        line += f"{each.queries} queries, {each.median / small[name].median:.2f} times as long as of {sizes[0]:,}"
        if name in stock:
            other = stock[name].median
            line += f"; Wagtail's own {other:.0f} ms, {other / each.median:.1f} times as long"
        yield f"{line} (of {rounds})"
    deep = large["page 5,000"].median / large["page 1"].median
    yield f"list of {sizes[-1]:,} customers, page 5,000 against page 1: {deep:.2f} times as long"


def take(path: str, query: str, rounds: int) -> Taken:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url, times = _client(), f"{path}?{query}", []
    for _warm_up in range(2):
        assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
        queries = len(captured)
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - began) * 1000)
    return Taken(median(times), quantiles(times, n=20)[-1] if len(times) > 1 else times[0], queries)


def _client() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _created = get_user_model().objects.get_or_create(username="bench-reader", is_superuser=True)
    client = Client()
    client.force_login(user)
    return client
