"""The brokers of a real deployment, as the settings make them, asked by this app."""

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
from config.settings.base import with_options
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from customer_admin import queue

pytestmark = pytest.mark.services


@pytest.fixture(params=["REDIS_URL", "RABBITMQ_URL"])
def broker(request: pytest.FixtureRequest) -> Iterator[dramatiq.Broker]:
    url = os.environ.get(request.param)
    if request.param == "RABBITMQ_URL" and not url:
        pytest.skip("RABBITMQ_URL names no RabbitMQ.")
    assert url, "make test-services sets REDIS_URL."
    if request.param == "REDIS_URL":
        broker: dramatiq.Broker = RedisBroker(
            url=with_options(url, socket_connect_timeout=2, socket_timeout=5), namespace=f"test-{uuid.uuid4().hex}"
        )
    else:
        broker = RabbitmqBroker(url=with_options(url, socket_timeout=2), confirm_delivery=True)
    before = dramatiq.get_broker()
    dramatiq.set_broker(broker)
    yield broker
    broker.flush_all()
    broker.close()
    dramatiq.set_broker(before)


def test_a_message_reaches_a_worker(broker: dramatiq.Broker) -> None:
    seen: list[Any] = []
    name = f"note_{uuid.uuid4().hex}"
    dramatiq.actor(seen.append, actor_name=name, queue_name=name, broker=broker)
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=100)
    worker.start()
    try:
        queue.enqueue(name, "hello")
        deadline = time.monotonic() + 10
        while not seen and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        worker.stop()

    assert seen == ["hello"]


def test_it_is_reachable_each_time_it_is_asked(broker: dramatiq.Broker) -> None:
    assert [queue.is_reachable() for _ in range(3)] == [True, True, True]
    assert not queue.runs_in_process()


def test_a_connection_that_ended_meanwhile_is_made_anew(broker: Any) -> None:
    if isinstance(broker, RedisBroker):
        broker.client.ping()
        broker.client.connection_pool.disconnect()
    else:
        broker.connection.close()

    assert queue.is_reachable()


def test_settings_wait_briefly_for_a_service_that_does_not_answer() -> None:
    # 192.0.2.0/24 is for documentation and answers nobody.
    broker = RedisBroker(url=with_options("redis://192.0.2.1:6379/0", socket_connect_timeout=1, socket_timeout=1))
    began = time.monotonic()

    with pytest.raises(Exception, match=r"192\.0\.2\.1|timed out|unreachable|Timeout"):
        broker.client.ping()

    assert time.monotonic() - began < 5


def test_options_that_an_address_has_already_stay() -> None:
    assert with_options("redis://r/0?socket_timeout=9", socket_timeout=5, a=1) == "redis://r/0?socket_timeout=9&a=1"
    assert with_options("redis://r/0", socket_timeout=5) == "redis://r/0?socket_timeout=5"
