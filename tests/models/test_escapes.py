"""The system check names each way in which rows of a tracked model would be written without history."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete, pre_delete

from customer_admin import checks
from customer_admin.models import Tracked, TrackedManager, tracked_models
from customer_admin.models.escapes import escapes_of

STAFF = settings.AUTH_USER_MODEL


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models of these tests join no app and no registry of the project."""
    registry = Apps()
    monkeypatch.setattr("django.db.models.options.Options.default_apps", registry)
    yield
    registry.clear_cache()


class Nowhere:
    app_label = "nowhere"


def found(model: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr(checks, "tracked_models", lambda: [model])
    messages = checks.tracked_models_record()
    assert all(message.obj is model and model._meta.label in message.msg for message in messages)
    return [(str(message.id).removeprefix("customer_admin."), message.msg) for message in messages]


def test_the_tracked_models_of_this_host_let_nothing_escape() -> None:
    assert [problem for model in tracked_models() for problem in escapes_of(model)] == []
    assert checks.tracked_models_record() == []


def test_managers_that_do_not_record_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(Tracked):
        objects = models.Manager()  # type: ignore[assignment]
        every = TrackedManager()

        class Meta(Nowhere):
            pass

    assert found(Plain, monkeypatch) == [
        ("E007", "nowhere.Plain is tracked, but its base manager does not record what it writes."),
        ("E007", "nowhere.Plain is tracked, but its default manager does not record what it writes."),
    ]


def test_a_second_manager_that_does_not_record_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Second(Tracked):
        objects = TrackedManager()
        quick = models.Manager()

        class Meta(Nowhere, Tracked.Meta):
            pass

    assert found(Second, monkeypatch) == [
        ("E007", "nowhere.Second is tracked, but its quick manager does not record what it writes.")
    ]


def test_a_base_manager_that_hides_rows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class SomeManager(TrackedManager):
        def get_queryset(self) -> Any:
            return super().get_queryset().filter(shown=True)

    class Hiding(Tracked):
        shown = models.BooleanField(default=True)
        objects = SomeManager()

        class Meta(Nowhere, Tracked.Meta):
            pass

    ((code, message),) = found(Hiding, monkeypatch)
    assert (code, "its base manager hides rows" in message) == ("E007", True)


def test_links_without_a_tracked_model_of_their_own_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tag(Tracked):
        class Meta(Nowhere, Tracked.Meta):
            pass

    class Tagged(Tracked):
        tags = models.ManyToManyField(Tag, related_name="+")

        class Meta(Nowhere, Tracked.Meta):
            pass

    assert found(Tagged, monkeypatch) == [
        ("E007", "nowhere.Tagged is tracked, but the rows of nowhere.Tagged_tags behind tags are not.")
    ]


def test_a_row_in_two_tables_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Parent(Tracked):
        class Meta(Nowhere, Tracked.Meta):
            pass

    class Child(Parent):
        class Meta(Nowhere, Tracked.Meta):
            pass

    ((code, message),) = found(Child, monkeypatch)
    assert (code, "inherits the table of nowhere.Parent" in message) == ("E007", True)


def test_deletion_without_a_signal_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(Tracked):
        class Meta(Nowhere, Tracked.Meta):
            pass

    assert found(Silent, monkeypatch) == []
    for signal in (pre_delete, post_delete):
        monkeypatch.setattr(signal, "has_listeners", lambda sender: False)
    assert found(Silent, monkeypatch) == [
        ("E007", "nowhere.Silent is tracked, but Django deletes its rows without a signal.")
    ]


def test_what_happens_to_a_key_behind_the_managers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def whoever() -> None:
        """Somebody."""

    def of_its_own(collector: Any, field: Any, rows: Any, using: str) -> None:
        models.SET_NULL(collector, field, rows, using)

    class Keyed(Tracked):
        one = models.ForeignKey(STAFF, models.SET(whoever), null=True, related_name="+")
        two = models.ForeignKey(STAFF, of_its_own, null=True, related_name="+")
        three = models.ForeignKey(STAFF, models.SET_NULL, null=True, related_name="+")
        four = models.ForeignKey(STAFF, models.SET(None), null=True, related_name="+")

        class Meta(Nowhere, Tracked.Meta):
            pass

    messages = [message for _code, message in found(Keyed, monkeypatch)]
    assert [word for word in ("one", "two", "three", "four") if any(f" to {word} when" in m for m in messages)] == [
        "one",
        "two",
    ]


def test_w003_names_a_time_stamp_that_would_make_history_of_every_save(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stamped(Tracked):
        changed_at = models.DateTimeField(auto_now=True)

        class Meta(Nowhere, Tracked.Meta):
            pass

    assert found(Stamped, monkeypatch) == [
        ("W003", "Each save of nowhere.Stamped leaves history, if only of changed_at.")
    ]


def test_a_reference_to_something_else_than_a_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Owner(models.Model):
        code = models.CharField(max_length=5, unique=True)

        class Meta(Nowhere):
            pass

        def __str__(self) -> str:
            return self.code

    class Owned(Tracked):
        owner = models.ForeignKey(Owner, on_delete=models.CASCADE, to_field="code")

        class Meta(Tracked.Meta, Nowhere):
            pass

    assert found(Owned, monkeypatch) == [
        (
            "E007",
            "nowhere.Owned is tracked, but its owner refers to code, and history looks rows up by their keys.",
        )
    ]
