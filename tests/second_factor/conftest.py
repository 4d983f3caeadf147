"""The clock and the settings that tests of the second factor turn."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone


class Clock:
    """Stands still until it is told to move, so that a step of 30 seconds never ends in the middle of a test."""

    def __init__(self) -> None:
        self.now = float(int(time.time()) // 30 * 30 + 10)

    def forward(self, *, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(clock.now, UTC))
    return clock


@pytest.fixture
def mode(settings: Any) -> Callable[[str], None]:
    def set_mode(value: str) -> None:
        settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "SECOND_FACTOR": value}

    set_mode("offered")
    return set_mode


@pytest.fixture(autouse=True)
def _offered(mode: Callable[[str], None]) -> None:
    """Whatever the host's settings say, a test that says nothing else runs with a voluntary second factor."""
