"""The way to the workers: Dramatiq, by whatever broker the host has set.

With Dramatiq's StubBroker the worker lives in the server's own process (`start_worker_in_process`), which is how the
demo and small sites run without a second service.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import dramatiq
from django.db import close_old_connections, transaction
from dramatiq.brokers.stub import StubBroker

logger = logging.getLogger(__name__)

_chores: list[tuple[Callable[[], Any], Callable[[], timedelta]]] = []
_start_lock = threading.Lock()
_worker: dramatiq.Worker | None = None


def enqueue_on_commit(actor_name: str, *args: Any) -> None:
    """Send a message to the actor once the transaction is committed.

    A broker that can't be reached is logged and nothing else: what must happen is a row in the database as well, and
    a chore of the workers picks it up.
    """
    transaction.on_commit(lambda: enqueue(actor_name, *args), robust=True)


def enqueue(actor_name: str, *args: Any) -> None:
    """Send a message to the actor now. Raises what the broker raises."""
    broker = dramatiq.get_broker()
    broker.enqueue(broker.get_actor(actor_name).message(*args))


def chore(interval: Callable[[], timedelta]) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Let every worker process call the decorated function again and again, `interval()` apart."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        _chores.append((function, interval))
        return function

    return register


class RelayMiddleware(dramatiq.Middleware):
    """Runs the chores beside a worker, each in a thread of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._stop.clear()
        for function, interval in _chores:
            threading.Thread(target=self._repeat, args=(function, interval), daemon=True).start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._stop.set()

    def _repeat(self, function: Callable[[], Any], interval: Callable[[], timedelta]) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                function()
            except Exception:
                # The database or the broker may be gone for a moment; the next round tries again.
                logger.exception("The chore %s failed and will be tried again.", function.__name__)
            finally:
                close_old_connections()
            self._stop.wait(interval().total_seconds())


def runs_in_process() -> bool:
    """Whether messages never leave this process."""
    return isinstance(dramatiq.get_broker(), StubBroker)


def is_reachable() -> bool:
    """Whether the broker answers. Raises what its client raises otherwise."""
    broker = dramatiq.get_broker()
    if isinstance(broker, StubBroker):
        return _worker is not None
    client = getattr(broker, "client", None)
    if client is not None and hasattr(client, "ping"):
        return bool(client.ping())
    return bool(broker.connection)  # RabbitMQ's broker connects when asked for its connection.


def start_worker_in_process(threads: int = 2) -> None:
    """Start a worker in this process if the broker is the in-process one and no worker runs yet."""
    global _worker
    with _start_lock:
        if _worker is None and runs_in_process():
            _worker = dramatiq.Worker(dramatiq.get_broker(), worker_threads=threads)
            _worker.start()
