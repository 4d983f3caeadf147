"""Running several writers at once, for tests that need a database with more than one."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection


def on_postgresql(test: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a test of real transactions that run side by side."""
    for mark in (
        pytest.mark.services,
        pytest.mark.django_db(transaction=True),
        pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time."),
    ):
        test = mark(test)
    return test


def run_together(*works: Callable[[], Any]) -> list[Any]:
    """What each of `works` answered or raised, in their order; all begin at the same moment, each in a thread."""
    answers: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(position: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            answers[position] = work()
        except Exception as error:
            answers[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def start_waiting(work: Callable[[], Any]) -> threading.Thread:
    """A thread that does `work` and has to wait for the transaction around this; join it afterwards."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=1)
    assert thread.is_alive()
    return thread
