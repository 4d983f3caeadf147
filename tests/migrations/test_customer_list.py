"""Customers who were there before the list was indexed are found in it as new ones are."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from customer_admin.migrations import __name__ as _package
from customer_admin.models import Customer
from tests.factories import make_address, make_customer, make_order
from tests.kept import kept_wrongly

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = ("customer_admin", "0005_note_acknowledgements")


@pytest.fixture
def _back_to_new() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.usefixtures("_back_to_new")
def test_what_the_list_needs_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"last_name": "Müller", "company": "Öl", "email": "A@example.com", "phone": "+49 171"}
    customers = [make_customer(**names), make_customer(), make_customer(merged_into=make_customer())]
    for customer in customers[::2]:
        make_address(customer, postal_code="SW1A 1AA", city="Ulm")
        make_address(customer, postal_code="1", kind="shipping")
        make_order(customer)
        make_order(customer, status="cancelled")
    columns = [*Customer.stored_keys, "places", "last_order_at"]
    before = list(Customer.all_objects.order_by("pk").values(*columns))
    QuerySet(Customer).update(search_text="as it was")
    monkeypatch.setattr(f"{_package}.0006_customer_list.BATCH", 1)

    MigrationExecutor(connection).migrate([BEFORE])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    assert list(Customer.all_objects.order_by("pk").values(*columns)) == before
    assert kept_wrongly() == []
