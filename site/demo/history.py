"""Plays what happened in a shop over three years, in the order of time, each event as the change set of a person.

Rows are written as the product writes them, inside recordings; only the clock is set back afterwards, on the change
sets and on the dates of the history.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from customer_admin.models import Actor, ChangeSet, acting_from, recording, tracked_models


@dataclass(order=True)
class Event:
    """Something that one person did at one time. `happen` is called inside the recording, with the time."""

    when: datetime.datetime
    order: int
    happen: Callable[[datetime.datetime], Any] = field(compare=False)
    actor: Callable[[], Any] = field(compare=False)
    reason: str = field(compare=False, default="")
    kind: str | None = field(compare=False, default=None)
    source: str = field(compare=False, default="screen")


class Timeline:
    """Collects events in any order and plays them in the order of time."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def add(self, when: datetime.datetime, happen: Callable[[datetime.datetime], Any], actor: Any, **how: str) -> None:
        """Plan an event. `actor` may be a function, for someone who is not there yet."""
        who = actor if callable(actor) and not isinstance(actor, Actor) else lambda: actor
        self._events.append(Event(when, len(self._events), happen, who, **how))

    def play(self) -> None:
        """Let everything happen that was planned. What lies in the future is left out."""
        for event in sorted(self._events):
            if event.when > timezone.now():
                continue
            with acting_from(event.source):
                with recording(actor=event.actor(), kind=event.kind, reason=event.reason) as current:
                    event.happen(event.when)
                if current.change_set is not None:
                    ChangeSet.objects.filter(pk=current.change_set.pk).update(created_at=event.when)
        set_history_dates()


def set_history_dates() -> None:
    """Give each history row the time of its change set."""
    for model in tracked_models():
        history = model.history.model
        when = Subquery(ChangeSet.objects.filter(pk=OuterRef("change_set_id")).values("created_at"))
        history._default_manager.update(history_date=when)
