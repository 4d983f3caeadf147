"""The way to the workers: Dramatiq, by whatever broker the host has set.

With Dramatiq's StubBroker the worker lives in the server's own process (`start_worker_in_process`), which is how the
demo and small sites run without a second service.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import dramatiq
from django.db import close_old_connections, connections, transaction
from dramatiq.brokers.stub import StubBroker

logger = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE = 5.0
"""Seconds for which a broker that did not answer is left alone, so that a request with many mails waits only once."""
CHORE_RETRY = 5.0
"""Seconds after which a chore is tried again whose interval can't be told."""
SHUTDOWN_TIMEOUT = 10_000
"""Milliseconds that the worker in this process may take to finish what it has in hand when the process ends."""

_chores: list[tuple[Callable[[], Any], Callable[[], timedelta]]] = []
_start_lock = threading.Lock()
_worker: dramatiq.Worker | None = None
_worker_process: int | None = None
_left_alone: tuple[dramatiq.Broker | None, float] = (None, 0.0)


def enqueue_on_commit(actor_name: str, *args: Any) -> None:
    """Send a message to the actor once the transaction is committed.

    A broker that can't be reached is logged and nothing else: what must happen is a row in the database as well, and
    a chore of the workers picks it up.
    """
    transaction.on_commit(lambda: _enqueue_if_reachable(actor_name, *args), robust=True)


def _enqueue_if_reachable(actor_name: str, *args: Any) -> None:
    global _left_alone
    broker = dramatiq.get_broker()
    if _left_alone[0] is broker and time.monotonic() < _left_alone[1]:
        return
    try:
        enqueue(actor_name, *args)
    except Exception:
        logger.exception("A message for %s could not be queued; the workers will find what it is about.", actor_name)
        if not isinstance(broker, StubBroker):
            _left_alone = (broker, time.monotonic() + PAUSE_AFTER_FAILURE)


def enqueue(actor_name: str, *args: Any) -> None:
    """Send a message to the actor now. Raises what the broker raises."""
    if _worker is not None and _worker_process != os.getpid():
        start_worker_in_process()  # This process was forked from the one with the worker; threads stay behind.
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
        self._threads: list[threading.Thread] = []

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=_repeat, args=(function, interval, self._stop), name=function.__name__, daemon=True)
            for function, interval in _chores
        ]
        for thread in self._threads:
            thread.start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=SHUTDOWN_TIMEOUT / 1000)


def _repeat(function: Callable[[], Any], interval: Callable[[], timedelta], stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            pause = CHORE_RETRY
            close_old_connections()
            try:
                pause = interval().total_seconds()
                function()
            except Exception:
                # The database or the broker may be gone for a moment; the next round tries again.
                logger.exception("The chore %s failed and will be tried again.", function.__name__)
            close_old_connections()
            stop.wait(pause)
    finally:
        connections.close_all()  # Those of this thread, which nobody else can close.


def runs_in_process() -> bool:
    """Whether messages never leave this process."""
    return isinstance(dramatiq.get_broker(), StubBroker)


def is_reachable() -> bool:
    """Whether the broker answers or, with the in-process one, its worker runs. Raises what its client raises."""
    broker: Any = dramatiq.get_broker()
    if isinstance(broker, StubBroker):
        return _worker is not None and _worker_process == os.getpid()
    client = getattr(broker, "client", None)
    if client is not None:  # Redis.
        return bool(client.ping())
    try:  # RabbitMQ: a connection that this thread had before may have ended meanwhile, so it is made anew.
        del broker.connection
        return bool(broker.connection.is_open)
    finally:
        del broker.connection


def start_worker_in_process(threads: int = 2) -> None:
    """Start a worker in this process if the broker is the in-process one and no worker runs yet."""
    global _worker, _worker_process
    with _start_lock:
        if not runs_in_process() or (_worker is not None and _worker_process == os.getpid()):
            return
        _worker, _worker_process = dramatiq.Worker(dramatiq.get_broker(), worker_threads=threads), os.getpid()
        _worker.start()


def stop_worker_in_process() -> None:
    """Let the worker of this process finish what it has in hand, and stop it. Does nothing when there is none."""
    global _worker, _worker_process
    with _start_lock:
        if _worker is not None and _worker_process == os.getpid():
            _worker.stop(timeout=SHUTDOWN_TIMEOUT)
        _worker = _worker_process = None


atexit.register(stop_worker_in_process)
