"""/healthz: what a load balancer is told."""

from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
import redis
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from customer_admin import queue
from customer_admin.models import ChangeSet
from customer_admin.views import health

SECRET = "hidden.example"


@pytest.fixture
def broker() -> Iterator[Any]:
    """Puts a broker of the test's choice in place for the length of the test."""
    before = dramatiq.get_broker()
    yield dramatiq.set_broker
    dramatiq.set_broker(before)


@pytest.fixture
def in_process_worker(broker: Any) -> Iterator[None]:
    broker(StubBroker(middleware=[]))
    queue.start_worker_in_process(threads=1)
    yield
    queue.stop_worker_in_process()


@pytest.mark.django_db
@pytest.mark.usefixtures("in_process_worker")
def test_all_is_well_when_database_and_worker_answer(client: Client) -> None:
    response = client.get(reverse("customer_admin:healthz"))

    assert (response.status_code, response.json()) == (200, {"database": True, "broker": True})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_the_in_process_broker_without_its_worker_is_no_good(client: Client, broker: Any) -> None:
    broker(StubBroker(middleware=[]))

    response = client.get(reverse("customer_admin:healthz"))

    assert (response.status_code, response.json()) == (503, {"database": True, "broker": False})


@pytest.mark.django_db
def test_a_broker_that_is_down_is_named_and_its_address_is_not(client: Client, broker: Any) -> None:
    broker(RedisBroker(client=redis.Redis(host="127.0.0.1", port=1, username=SECRET), middleware=[]))

    response = client.get(reverse("customer_admin:healthz"))

    assert (response.status_code, response.json()) == (503, {"database": True, "broker": False})
    assert SECRET not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("in_process_worker")
def test_a_database_that_is_down_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> bool:
        raise OperationalError(f"could not connect to {SECRET}")

    monkeypatch.setattr(health, "_ask_database", refuse)

    response = client.get(reverse("customer_admin:healthz"))

    assert (response.status_code, response.json()) == (503, {"database": False, "broker": True})


@pytest.mark.django_db
@pytest.mark.usefixtures("in_process_worker")
def test_it_asks_for_nothing_but_an_answer(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        response = client.get(reverse("customer_admin:healthz"))

    assert response.cookies == {}
    assert not ChangeSet.objects.exists()


@pytest.mark.usefixtures("in_process_worker")
def test_a_database_that_refuses_the_transaction_itself_is_no_500(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a host with ATOMIC_REQUESTS, and with no database that this test may reach."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    response = client.get(reverse("customer_admin:healthz"))

    assert (response.status_code, response.json()) == (503, {"database": False, "broker": True})


def test_it_can_only_be_read(client: Client) -> None:
    assert client.post(reverse("customer_admin:healthz")).status_code == 405
