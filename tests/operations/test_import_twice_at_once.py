"""Two imports of the same files at the same time."""

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from customer_admin.models import SYSTEM, Customer, Order
from customer_admin.operations import ImportReport, import_customers, import_orders
from tests.factories import make_class

from .import_files import CUSTOMERS, MAPPING, ORDER_FILES, batches_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="The in-memory database of the tests has one connection.")
def test_two_runs_at_once_create_nothing_twice(settings: Any) -> None:
    batches_of(1, settings)
    make_class(code="trade")
    for operation, files, created in ((import_customers, [CUSTOMERS], 3), (import_orders, ORDER_FILES, 2)):
        reports = _at_once(operation, files)
        assert sum(report.created for report in reports) == created
        assert sum(report.unchanged for report in reports) == created
    assert (Customer.objects.count(), Order.objects.count()) == (3, 2)


def _at_once(operation: Any, files: list[Path]) -> list[ImportReport]:
    barrier, reports = Barrier(2), []

    def run() -> None:
        barrier.wait()
        try:
            reports.append(operation(actor=SYSTEM, files=files, mapping=MAPPING))
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports
