"""How PostgreSQL is to read for a question whose answer is small and whose conditions are served by indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def by_one_process(connection: Any, *, from_the_start: bool = False) -> Iterator[None]:
    """Let what is asked inside be read by the connection's own process.

    Starting helpers costs more than they read for a few hundred rows, and the hope for them leads away from indexes.
    Read `from_the_start` of each table, a limit without an order takes the same rows each time from an unchanged table;
    otherwise PostgreSQL may begin where somebody else is reading, and spares itself what was emptied.
    """
    if connection.vendor != "postgresql":
        yield
        return
    settings = "SET LOCAL max_parallel_workers_per_gather = 0"
    if from_the_start:
        settings += "; SET LOCAL synchronize_seqscans = off"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(settings)
        yield
