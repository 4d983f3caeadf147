"""Exports of the customers list beside Wagtail's own, each in a process of its own: time, first byte, peak memory.

Wagtail's own has the fields of the account alone; ours is measured with the same ones, and with all that it has.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from .memory import peak
from .scratch import ROOT, empty_database, set_up_django


def figures(rounds: int, sizes: Sequence[int]) -> Iterator[str]:
    from django.db import connection

    if connection.vendor != "postgresql":
        yield "exports of customers: measured on PostgreSQL only"
        return
    for size in sizes:
        empty_database()
        fill(size)
        for ending in ("csv", "xlsx"):
            whole, same, stock = (_of_processes(whose, ending, rounds) for whose in ("whole", "same", "stock"))
            name = f"export of {size:,} customers to {ending.upper()}"
            yield f"{name}, 45 columns: {_told(whole)} ({stock[0] / whole[0]:.1f} times as fast as Wagtail's 20)"
            yield f"{name}, 20 columns: {_told(same)} ({stock[0] / same[0]:.1f} times as fast as Wagtail's)"
            yield f"{name}, Wagtail's own, 20 columns: {_told(stock)}"
    empty_database()


def _told(figures: tuple[float, float, float]) -> str:
    seconds, first, memory = figures
    return f"{seconds:.2f} s, first byte after {first:.3f} s, +{memory:.0f} MB"


def _of_processes(whose: str, ending: str, rounds: int) -> tuple[float, float, float]:
    from django.db import connection

    name, taken = str(connection.settings_dict["NAME"]), []
    for _round in range(rounds):
        command = [sys.executable, "-m", "bench.exports", name, whose, ending]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        taken.append([float(figure) for figure in done.stdout.split()])
    seconds, first, memory = (median(figure) for figure in zip(*taken, strict=True))
    return seconds, first, memory


def fill(count: int) -> None:
    """That many customers, each with a class and two addresses, every second with a login and three orders."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from customer_admin.models import SYSTEM, CustomerClass, recording

    with recording(actor=SYSTEM):
        CustomerClass.objects.create(name="Retail", code="bench")
    users = get_user_model()._meta.db_table
    statements = [
        "INSERT INTO customer_admin_customer (number, site_id, customer_class_id, first_name, last_name, company, "
        "email, phone, birth_date, account_number, language, referral_source, notify_account, notify_marketing, "
        "tax_exempt, tax_exempt_number, tax_exempt_reason, tax_exempt_region, created_at, updated_at, sort_name, "
        "search_text, places) SELECT 'B' || n, (SELECT min(id) FROM wagtailcore_site), "
        "(SELECT id FROM customer_admin_customerclass WHERE code = 'bench'), 'First' || n %% 977, "
        "'Last-' || n %% 9973, CASE WHEN n %% 3 = 0 THEN 'Company & Sons ' || n ELSE '' END, "
        "'person' || n || '@example.com', '+49 30 ' || 1000000 + n, date '1950-01-01' + n %% 20000, 'A-' || n, 'en', "
        "'Fair', true, n %% 2 = 0, false, '', '', '', now(), now(), 'last-' || n %% 9973 || ' first' || n %% 977, "
        "'b' || n, '' FROM generate_series(1, %s) n",
        "INSERT INTO customer_admin_address (customer_id, kind, is_primary, first_name, last_name, company, line1, "
        "line2, city, region, postal_code, country, phone) SELECT id, kind, true, first_name, last_name, company, "
        "'Street ' || id, '', 'Springfield', '', (10000 + id %% 80000)::text, 'DE', '' "
        "FROM customer_admin_customer, unnest(ARRAY['billing', 'shipping']) kind WHERE %s > 0",
        f"INSERT INTO {users} (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, "
        "date_joined) SELECT '!', false, 'bench-' || number, '', '', '', false, true, now() "
        "FROM customer_admin_customer WHERE id %% 2 = 0 AND %s > 0 ON CONFLICT DO NOTHING",
        "INSERT INTO customer_admin_portallogin (customer_id, user_id, username, email, is_enabled, created_at, "
        "username_key, email_key) SELECT c.id, u.id, c.number, c.email, true, now(), c.number, c.email "
        f"FROM customer_admin_customer c JOIN {users} u ON u.username = 'bench-' || c.number WHERE %s > 0",
        "INSERT INTO customer_admin_order (number, customer_id, email, placed_at, status, channel, invoice_layout, "
        "currency, shipping, total, billing_address, shipping_address) SELECT 'BO' || id || '-' || n, id, email, "
        "now() - n * interval '1 day', 'completed', '', '', 'EUR', 0, 10, '', '' FROM customer_admin_customer, "
        "generate_series(1, 3) n WHERE id %% 2 = 0 AND %s > 0",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, [count])
        cursor.execute("ANALYZE")


def main(database: str, whose: str, ending: str) -> None:
    """Export once and print the seconds until the last byte, until the first one, and the growth of memory in MB."""
    set_up_django()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    request, respond = _request(ending), {"whole": whole, "same": same, "stock": stock}[whose]()
    list(respond(_request(ending, q="nobody at all")))  # What is loaded once for all is not part of it.
    before, began = peak(), time.perf_counter()
    pieces = iter(respond(request))
    next(pieces)
    first = time.perf_counter() - began
    for _piece in pieces:
        pass
    print(time.perf_counter() - began, first, peak() - before)


def whole() -> Any:
    """The list as it is."""
    from customer_admin.models import Customer

    return Customer.snippet_viewset.index_view


def same() -> Any:
    """The list with the columns that Wagtail's own can have."""
    from customer_admin.selectors import customer_exports as exports
    from customer_admin.snippets import customer_exports as downloads

    wanted = {exports._own(name).label for name in exports.ACCOUNT}
    wanted |= {exports._own(name, "Tax exemption: ").label for name in exports.TAX} | {"Site", "Created"}

    def columns(actor: Any) -> list[Any]:
        return [column for column in exports.customer_columns(actor) if column.label in wanted]

    downloads.customer_columns = columns
    return whole()


def stock() -> Any:
    """Wagtail's list of the same customers with its own export."""
    from django_filters import CharFilter
    from wagtail.admin.filters import WagtailFilterSet
    from wagtail.snippets.views.snippets import IndexView

    from customer_admin.models import Customer
    from customer_admin.selectors.customer_exports import ACCOUNT, TAX

    class StockFilterSet(WagtailFilterSet):
        q = CharFilter(field_name="number")

        class Meta:
            model = Customer
            fields: list[str] = []

    class StockIndexView(IndexView):
        list_export = [*ACCOUNT, *TAX, "site", "created_at"]
        columns = []
        filterset_class = StockFilterSet

    listing = Customer.snippet_viewset.index_view
    kwargs = {name: value for name, value in listing.view_initkwargs.items() if hasattr(IndexView, name)}
    queryset = Customer.objects.select_related("customer_class", "site")
    return StockIndexView.as_view(**{**kwargs, "queryset": queryset, "filterset_class": StockFilterSet})


def _request(ending: str, **query: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    request = RequestFactory().get("/", {"export": ending, **query})
    request.user, _created = get_user_model().objects.get_or_create(username="bench-exporter", is_superuser=True)
    return request


if __name__ == "__main__":
    main(*sys.argv[1:])
