"""How long the list of customers takes on the server as it grows, beside a listing as Wagtail makes it.

PostgreSQL only. Each page is rendered in full for a superuser; times are taken after a warm-up.
"""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from .scratch import copy_of_scratch, empty_database, in_place_of_default

ORDERS_EACH = 3
STOCK_ROUNDS = 5

STOCK = {
    "page 1": "",
    "page 5,000": "p=5000",
    "search for a rare name": "q=Quistard",
    "search for a common part": "q=son",
    "search for a part of an e-mail": "q=ivarberg1%40",
    "search for a phone": "q=406+4271391",
    "search that finds nobody": "q=qzxqz",
    "filter by class": "customer_class=2",
}
"""What the listing of Wagtail is asked in its own way, under the names of what ours is asked."""

OURS = {
    "page 1": "",
    "page 5,000": "p=5000",
    "last page": "p=99999999",
    "search for a number": "q=c9999",
    "search for a rare name": "q=quistard",
    "search for a common part": "q=son",
    "search for two words": "q=an+son",
    "search for two words that one has": "q=till+ivarberg1%40",
    "search for a part of an e-mail": "q=ivarberg1%40",
    "search for a phone": "q=0406+4271391",
    "search for a phone with its country": "q=%2B49+406+427-1391",
    "search for a postal code": "q=53825+till",
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
    "search and filter by class": "q=son&customer_class=1",
    "search and filter by a rare class": "q=son&customer_class=3",
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
class Listing:
    """A list in one of the databases: its client, its address, and how often each page is taken."""

    database: Any
    client: Any
    path: str
    rounds: int


@dataclass(frozen=True)
class Taken:
    """Milliseconds of server time and number of queries for one page, and how many rows it shows."""

    median: float
    p95: float
    queries: int
    rows: int


def figures(sizes: Sequence[int], rounds: int) -> Iterator[str]:
    """One line for each page, with its time at the last of `sizes`, and against the first of them and Wagtail's."""
    from django.db import connection

    from . import customers_data

    if connection.vendor != "postgresql":
        yield "list of customers: measured on PostgreSQL only"
        return
    empty_database()
    with ExitStack() as stack:
        databases = {size: stack.enter_context(copy_of_scratch(str(size))) for size in sizes}
        for size, database in databases.items():
            with in_place_of_default(database):
                began = time.perf_counter()
                customers_data.fill(size, size * ORDERS_EACH)
                yield f"{size:,} customers and {size * ORDERS_EACH:,} orders made: {time.perf_counter() - began:.0f} s"
                wrong = customers_data.wrong_keys(max(size // 1000, 1))
                assert not wrong, f"These customers have other stored keys than the models compute: {wrong}"
        yield from compared(databases[sizes[0]], databases[sizes[-1]], (sizes[0], sizes[-1]), rounds)


def compared(small: Any, large: Any, sizes: tuple[int, int], rounds: int) -> Iterator[str]:
    """Take each page from each of the lists in turn, so that a busy moment of the machine hits all alike."""
    lists = [Listing(database, _client(database), "/admin/customers/", rounds) for database in (small, large)]
    stock = Listing(large, lists[1].client, "/admin/stock-customers/", min(rounds, STOCK_ROUNDS))
    pages: dict[str, Taken] = {}
    gc.freeze()  # As `site/config/wsgi.py` does.
    for name, query in OURS.items():
        asked = [(listing, query) for listing in lists]
        asked += [(stock, STOCK[name])] if name in STOCK else []
        of_small, pages[name], *others = take(asked)
        line = f"list of {sizes[1]:,} customers, {name}: {pages[name].median:.0f} ms median, "
        line += f"{pages[name].p95:.0f} ms p95, {pages[name].queries} queries, "
        line += f"{pages[name].rows} rows, {pages[name].median / of_small.median:.2f} times as long as of {sizes[0]:,}"
        if of_small.rows != pages[name].rows:
            line += f" with {of_small.rows} rows"
        for other in others:
            line += f"; Wagtail's own {other.median:.0f} ms, {other.median / pages[name].median:.1f} times as long"
        yield f"{line} (of {rounds})"
    deep = pages["page 5,000"].median / pages["page 1"].median
    yield f"list of {sizes[1]:,} customers, page 5,000 against page 1: {deep:.2f} times as long"


def take(asked: Sequence[tuple[Listing, str]]) -> list[Taken]:
    """Ask the lists in turn, each as often as it is to be."""
    from django.test.utils import CaptureQueriesContext

    queries, rows = [], []
    times: list[list[float]] = [[] for _each in asked]
    for listing, query in asked:
        with in_place_of_default(listing.database):
            assert listing.client.get(f"{listing.path}?{query}").status_code == 200
            with CaptureQueriesContext(listing.database) as captured:
                page = listing.client.get(f"{listing.path}?{query}")
                queries.append(len(captured))
                rows.append(page.content.count(b"title-wrapper"))
    for number in range(max(listing.rounds for listing, _query in asked)):
        for place, (listing, query) in enumerate(asked):
            if number < listing.rounds:
                with in_place_of_default(listing.database):
                    began = time.perf_counter()
                    listing.client.get(f"{listing.path}?{query}")
                    times[place].append((time.perf_counter() - began) * 1000)
    return [
        Taken(median(each), quantiles(each, n=20)[-1] if len(each) > 1 else each[0], *counts)
        for each, *counts in zip(times, queries, rows, strict=True)
    ]


def _client(database: Any) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    with in_place_of_default(database):
        user, _created = get_user_model().objects.get_or_create(username="bench-reader", is_superuser=True)
        client.force_login(user)
    return client
