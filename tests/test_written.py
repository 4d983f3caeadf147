"""The check after each test looks at every table that the test wrote to, by whatever way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models

from customer_admin.models import AccountNote, Address, Customer, CustomerClass, PortalLogin, tracked_models
from tests.factories import make_address, make_customer, make_login
from tests.written import Written

pytestmark = pytest.mark.django_db
TABLES = [table for model in tracked_models() for table in (model, model.history.model)]


def written_by(work: Callable[[], Any]) -> set[type[models.Model]]:
    written = Written(TABLES)
    with connection.execute_wrapper(written):
        work()
    return {table for table in TABLES if written.touches(table)}


def sql(text: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


@pytest.mark.parametrize(
    "work",
    [
        lambda: sql("UPDATE customer_admin_address SET city = 'Lyon'"),
        lambda: sql('update "customer_admin_address" set city = %s', "Lyon"),
        lambda: sql("DELETE\nFROM customer_admin_address WHERE id IN (SELECT 0)"),
        lambda: models.QuerySet(Address).update(city="Lyon"),
        lambda: models.QuerySet(Address).filter(pk=0)._raw_delete("default"),
    ],
)
def test_a_write_past_the_history_is_noticed(work: Callable[[], Any]) -> None:
    assert written_by(work) == {Address}


def test_reading_is_no_writing() -> None:
    customer = make_customer()
    make_address(customer)
    assert (
        written_by(lambda: list(Customer.objects.select_related("customer_class").filter(addresses__city=""))) == set()
    )


def test_recorded_writes_are_looked_at_with_their_history() -> None:
    customer = make_customer()
    assert {Address, Address.history.model} <= written_by(lambda: make_address(customer))
    written = written_by(lambda: make_login(customer))
    assert {PortalLogin, PortalLogin.history.model} <= written
    assert written.isdisjoint({AccountNote, CustomerClass})
