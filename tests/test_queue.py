"""The way to the workers: what happens when the broker is gone, and the worker in the server's own process."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import dramatiq
import pytest
import redis
from django.db import transaction
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from customer_admin import queue
from customer_admin.operations import SYSTEM, create_customer

PATIENCE = 10.0  # Seconds: far more than anything here takes.


@pytest.fixture(autouse=True)
def chores(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The chores: none but those of the test, since the app's own would look into the database."""
    chores: list[Any] = []
    monkeypatch.setattr(queue, "_chores", chores)
    return chores


@pytest.fixture
def use_broker() -> Iterator[Callable[[dramatiq.Broker], None]]:
    """Puts a broker of the test's choice in place for the length of the test."""
    before = dramatiq.get_broker()
    yield dramatiq.set_broker
    queue.stop_worker_in_process()
    dramatiq.set_broker(before)


@pytest.fixture
def stub_broker(use_broker: Callable[[dramatiq.Broker], None]) -> StubBroker:
    broker = StubBroker(middleware=[queue.RelayMiddleware()])
    use_broker(broker)
    return broker


@pytest.fixture
def seen(stub_broker: StubBroker) -> list[Any]:
    """What an actor called "note" of the stub broker was given."""
    seen: list[Any] = []
    dramatiq.actor(seen.append, actor_name="note", broker=stub_broker)
    return seen


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "This did not happen in time."
        time.sleep(0.01)


def unreachable_redis() -> RedisBroker:
    return RedisBroker(client=redis.Redis(host="127.0.0.1", port=1, retry=None), middleware=[])


def is_declared_on(broker: dramatiq.Broker) -> None:
    dramatiq.actor(lambda value: None, actor_name="note", broker=broker)


@pytest.mark.django_db(transaction=True)
def test_a_message_is_sent_with_the_commit_and_not_before(stub_broker: StubBroker, seen: list[Any]) -> None:
    with transaction.atomic():
        queue.enqueue_on_commit("note", 1)
        assert stub_broker.queues["default"].qsize() == 0

    assert stub_broker.queues["default"].qsize() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("seen")
def test_a_rollback_sends_nothing(stub_broker: StubBroker) -> None:
    with transaction.atomic():
        queue.enqueue_on_commit("note", 1)
        transaction.set_rollback(True)

    assert stub_broker.queues["default"].qsize() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_stops_no_save(use_broker: Any, caplog: pytest.LogCaptureFixture) -> None:
    broker = unreachable_redis()
    is_declared_on(broker)
    use_broker(broker)
    done = []

    with transaction.atomic():
        customer = create_customer(actor=SYSTEM, last_name="Stone")
        queue.enqueue_on_commit("note", customer.pk)
        transaction.on_commit(lambda: done.append(True))

    customer.refresh_from_db()
    assert customer.last_name == "Stone"
    assert done == [True]  # What others wanted after the commit still happened.
    assert "could not be queued" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_asked_once_and_not_for_each_message(
    use_broker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broker = unreachable_redis()
    is_declared_on(broker)
    use_broker(broker)

    with transaction.atomic():
        for number in range(50):
            queue.enqueue_on_commit("note", number)

    assert len([record for record in caplog.records if record.name == queue.__name__]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_came_back_is_used_again(use_broker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAUSE_AFTER_FAILURE", 0.05)
    broker = unreachable_redis()
    is_declared_on(broker)
    use_broker(broker)
    queue.enqueue_on_commit("note", 1)
    sent: list[Any] = []
    monkeypatch.setattr(broker, "enqueue", sent.append)
    queue.enqueue_on_commit("note", 2)
    time.sleep(0.06)
    queue.enqueue_on_commit("note", 3)

    assert [message.args for message in sent] == [(3,)]


def test_the_worker_in_this_process_does_what_is_queued(seen: list[Any]) -> None:
    queue.start_worker_in_process(threads=1)
    queue.enqueue("note", "hello")

    wait_until(lambda: seen == ["hello"])
    assert queue.is_reachable()


def test_starting_it_twice_at_once_gives_one_worker(stub_broker: StubBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    boots = []
    monkeypatch.setattr(stub_broker, "emit_after", lambda signal, *args, **kwargs: boots.append(signal))
    threads = [threading.Thread(target=queue.start_worker_in_process) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert boots.count("worker_boot") == 1


def test_stopping_finishes_what_is_in_hand(stub_broker: StubBroker) -> None:
    began, done = threading.Event(), []

    @dramatiq.actor(broker=stub_broker, actor_name="slow")
    def slow() -> None:
        began.set()
        time.sleep(0.2)
        done.append(True)

    queue.start_worker_in_process(threads=1)
    queue.enqueue("slow")
    assert began.wait(PATIENCE)
    queue.stop_worker_in_process()

    assert done == [True]
    assert not queue.is_reachable()


def test_stopping_without_a_worker_does_nothing(stub_broker: StubBroker) -> None:
    queue.stop_worker_in_process()

    assert not queue.is_reachable()


def test_a_broker_with_workers_of_its_own_gets_none_in_this_process(use_broker: Any) -> None:
    use_broker(unreachable_redis())
    queue.start_worker_in_process()

    assert queue._worker is None


def test_a_process_forked_from_the_one_with_the_worker_starts_its_own(
    seen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.start_worker_in_process(threads=1)
    first = queue._worker
    real = os.getpid()
    monkeypatch.setattr(queue.os, "getpid", lambda: real + 1)  # As the child sees it: the threads stayed behind.
    assert not queue.is_reachable()

    queue.enqueue("note", "from the child")

    assert queue._worker is not first
    assert queue.is_reachable()
    wait_until(lambda: seen == ["from the child"])
    assert first is not None
    first.stop()


def test_chores_run_again_and_again_until_the_worker_stops(stub_broker: StubBroker, chores: list[Any]) -> None:
    rounds: list[float] = []
    queue.chore(lambda: timedelta(milliseconds=10))(lambda: rounds.append(time.monotonic()))
    queue.start_worker_in_process(threads=1)
    wait_until(lambda: len(rounds) >= 3)
    queue.stop_worker_in_process()
    after_the_stop = len(rounds)
    time.sleep(0.05)

    assert len(rounds) == after_the_stop


def test_a_chore_that_fails_is_tried_again(
    stub_broker: StubBroker, chores: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []

    @queue.chore(lambda: timedelta(milliseconds=10))
    def fail_at_first() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("The database is gone.")

    with caplog.at_level(logging.ERROR, logger=queue.__name__):
        queue.start_worker_in_process(threads=1)
        wait_until(lambda: len(rounds) >= 2)
        queue.stop_worker_in_process()

    assert "The chore fail_at_first failed and will be tried again." in caplog.text


def test_a_chore_whose_interval_is_no_interval_does_not_end_for_good(
    stub_broker: StubBroker, chores: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CHORE_RETRY", 0.01)
    rounds: list[int] = []
    intervals = iter([None, timedelta(milliseconds=10)])
    queue.chore(lambda: next(intervals, timedelta(milliseconds=10)))(lambda: rounds.append(1))  # type: ignore[arg-type,return-value]
    queue.start_worker_in_process(threads=1)
    wait_until(lambda: len(rounds) >= 2)
