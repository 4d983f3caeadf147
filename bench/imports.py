"""Figures of the imports: rows per second with history, the price of history, and memory."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from . import data
from .scratch import ROOT, empty_database


def figures(folder: Path, rows: int, rounds: int) -> Iterator[str]:
    """One line per figure. `rows` is the size of the file, `rounds` how often each time is taken."""
    from customer_admin.operations import SYSTEM, import_customers, import_orders

    mapping, plain = _write(folder / "full.toml", data.MAPPING), _write(folder / "consumers.toml", data.CONSUMERS)
    customers = data.customers(folder / "customers.csv", rows)
    orders = data.orders(folder / "orders.csv", rows, rows)

    def import_plain() -> None:
        assert import_customers(actor=SYSTEM, files=[customers], mapping=plain).created == rows

    def import_full() -> None:
        assert import_customers(actor=SYSTEM, files=[customers], mapping=mapping).created == rows

    def import_again() -> None:
        assert import_customers(actor=SYSTEM, files=[customers], mapping=plain).unchanged == rows

    def import_orders_of_all() -> None:
        assert import_orders(actor=SYSTEM, files=[orders], mapping=mapping).created == rows

    with_history: list[float] = []
    again: list[float] = []
    order_times: list[float] = []
    bare: list[float] = []
    with_addresses: list[float] = []
    for _round in range(rounds):  # One of each in turn, so that a busy moment of the machine hits all alike.
        with_history.append(_seconds(import_plain, fresh=True))
        again.append(_seconds(import_again))
        order_times.append(_seconds(import_orders_of_all))
        bare.append(_seconds(lambda: _bulk_create_without_history(rows), fresh=True))
        with_addresses.append(_seconds(import_full, fresh=True))

    yield _line("customers imported, with history", _rate(rows, with_history), "rows/s", rounds)
    yield _line("customers imported, with address and history", _rate(rows, with_addresses), "rows/s", rounds)
    yield _line("customers read that are there already", _rate(rows, again), "rows/s", rounds)
    yield _line("bulk_create of bare customers, no history", _rate(rows, bare), "rows/s", rounds)
    yield _line("import against bare bulk_create", median(with_history) / median(bare), "times as long", rounds)
    yield _line("orders of two lines imported, with history", _rate(rows, order_times), "orders/s", rounds)


def memory_figures(folder: Path, rows: int, database: str) -> Iterator[str]:
    """Peak memory that an import adds, for `rows` rows and for ten times as many."""
    mapping = _write(folder / "consumers.toml", data.CONSUMERS)
    for factor in (1, 10):
        customers = data.customers(folder / f"customers{factor}.csv", rows * factor)
        orders = data.orders(folder / f"orders{factor}.csv", rows * factor, rows * factor)
        empty_database()
        for subject, file in (("customers", customers), ("orders", orders)):
            command = [sys.executable, "-m", "bench.memory", database, subject, mapping, str(file)]
            answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
            before, after = (int(word) for word in answer.split())
            yield _line(f"peak memory while importing {rows * factor:,} {subject}", after, f"MB ({before} before)", 1)
    empty_database()


def _bulk_create_without_history(rows: int) -> None:
    from django.db import models, transaction
    from wagtail.models import Site

    from customer_admin.conf import app_settings
    from customer_admin.models import Customer

    site, size = Site.objects.get(is_default_site=True), app_settings.IMPORT_BATCH_SIZE
    for start in range(0, rows, size):
        batch = [
            Customer(number=f"C{n}", site=site, first_name="Ada", last_name="Adler", email=f"ada{n}@example.com",
                     account_number=str(n), birth_date="1980-01-01")
            for n in range(start, min(start + size, rows))
        ]  # fmt: skip
        for customer in batch:
            customer.fill_stored_keys()
        with transaction.atomic():
            models.QuerySet(Customer).bulk_create(batch)


def _seconds(work: Callable[[], None], *, fresh: bool = False) -> float:
    if fresh:
        empty_database()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rate(rows: int, times: list[float]) -> float:
    return rows / median(times)


def _line(name: str, value: float, unit: str, rounds: int) -> str:
    number = f"{value:,.0f}" if value >= 100 or isinstance(value, int) else f"{value:.2f}"
    return f"{name:<50} {number:>10} {unit}" + (f"  (median of {rounds})" if rounds > 1 else "")


def _write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)
