"""How PostgreSQL is to read for a question whose answer is small and whose conditions are served by indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def by_one_process(connection: Any) -> Iterator[None]:
    """Let what is asked inside be read by the connection's own process, from the start of each table.

    Starting helpers costs more than they read for a few hundred rows, and the hope for them leads away from indexes. A
    limit without an order takes the same rows each time from an unchanged table.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0")
        yield
