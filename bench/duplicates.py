"""Finding duplicates: looking them up while typing, and the search through all customers with its memory."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from random import Random
from statistics import median, quantiles
from typing import Any

from .scratch import ROOT, copy_of_scratch, empty_database, in_place_of_default

LOOKUPS = 400


def figures(sizes: Sequence[int]) -> Iterator[str]:
    """Two lines for each size."""
    from django.db import connection

    from . import customers_data

    if connection.vendor != "postgresql":
        yield "duplicates: measured on PostgreSQL only"
        return
    empty_database()
    for size in sizes:
        with ExitStack() as stack:
            database = stack.enter_context(copy_of_scratch(f"duplicates_{size}"))
            stack.enter_context(in_place_of_default(database))
            customers_data.fill(size, size)
            wrong = customers_data.wrong_keys(max(size // 1000, 1))
            assert not wrong, f"These customers have other stored keys than the models compute: {wrong}"
            yield _search(size, str(database.settings_dict["NAME"]))
            yield _lookups(size)
            database.close()


def _search(size: int, name: str) -> str:
    """Looks through all customers in a process of its own, whose memory is its own as well."""
    command = [sys.executable, "-m", "bench.duplicates", name]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, megabytes, found, planted, wanted = answer.split()
    return (
        f"duplicates among {size:,} customers: {float(seconds):.1f} s, {int(megabytes):,} MB, {int(found):,} pairs, "
        f"{int(planted):,} of the {int(wanted):,} who are there twice"
    )


def _lookups(size: int) -> str:
    times = []
    for typed in _typed(size):
        began = time.perf_counter()
        _look_up(typed)
        times.append((time.perf_counter() - began) * 1000)
    p95 = quantiles(times, n=20)[-1]
    return (
        f"duplicates looked up while typing among {size:,} customers: {median(times):.1f} ms median, {p95:.1f} ms p95 "
        f"(of {len(times)})"
    )


def _look_up(typed: dict[str, Any]) -> None:
    from customer_admin.selectors.duplicates import duplicates_of

    duplicates_of(typed)


def _typed(size: int) -> Iterator[dict[str, Any]]:
    """What somebody types of customers who are there: sometimes all of it, sometimes the beginning."""
    from customer_admin.models import Customer

    random = Random(size)
    names = ("first_name", "last_name", "company", "email", "phone", "account_number")
    for number in range(LOOKUPS):
        customer = Customer.objects.filter(pk__gte=random.randint(1, size)).order_by("pk").first() or Customer()
        typed: dict[str, Any] = {name: getattr(customer, name) for name in names[: 2 + number % 5]}
        if number % 2:
            typed["birth_date"] = customer.birth_date
            typed["addresses"] = list(customer.addresses.values("line1", "postal_code", "city")[:1])
        yield typed


def main(database: str) -> None:
    from .memory import peak
    from .scratch import set_up_django

    set_up_django()
    from django.db import connection
    from django.db.models import F

    connection.settings_dict["NAME"] = database
    from customer_admin.models import Customer, DuplicatePair
    from customer_admin.operations import SYSTEM, find_duplicates

    began = time.perf_counter()
    search = find_duplicates(actor=SYSTEM)
    seconds = time.perf_counter() - began
    assert search is not None
    twice = Customer.objects.extra(where=["id %% 50 = 7"]).count()
    planted = DuplicatePair.objects.filter(second=F("first") + 5).extra(where=["second_id %% 50 = 7"]).count()
    print(f"{seconds:.2f}", peak(), search.pairs, planted, twice)


if __name__ == "__main__":
    main(*sys.argv[1:])
