"""docs/how-to/track-your-models.md, followed by a host whose models have rows already."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from customer_admin.errors import NotRecording
from customer_admin.models import SYSTEM, ChangeSet, Customer, Tracked, recording
from customer_admin.selectors.timelines import change_sets_of_customer
from customer_admin.signals import change_sets_applied
from tests.factories import make_customer, make_staff
from tests.hosts.full.shop.models import CustomerLabel, Label, Subscription

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[2] / "docs/how-to/track-your-models.md"


@pytest.fixture
def rows_from_before() -> list[Subscription]:
    """As they were written while the model was not tracked yet."""
    customer = make_customer()
    rows = [Subscription(customer=customer, title=f"Box {number}") for number in range(3)]
    return models.QuerySet(Subscription).bulk_create(rows)


@pytest.fixture
def heard() -> Iterator[list[ChangeSet]]:
    change_sets: list[ChangeSet] = []

    def hear(sender: Any, change_set: ChangeSet, using: str, **kwargs: Any) -> None:
        if " shop.subscription " in change_set.touched_fields:
            change_sets.append(change_set)

    change_sets_applied.connect(hear)
    yield change_sets
    change_sets_applied.disconnect(hear)


def run(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_rows_that_were_there_are_taken_in_once(rows_from_before: list[Subscription]) -> None:
    run("makemigrations", check_changes=True, dry_run=True)
    with pytest.raises(CommandError, match="3 rows are not what their history says"):
        run("verify_history")
    model = ["shop.Subscription"]
    assert "shop.Subscription: 3 rows without history." in run("record_baseline", model=model, dry_run=True)
    assert "shop.Subscription: 3 rows without history." in run("record_baseline", model=model)
    assert run("record_baseline", model=model).startswith("Nothing to take in")
    assert run("verify_history").startswith("All is well")


def test_after_that_each_change_is_told_and_heard_of(
    rows_from_before: list[Subscription], heard: list[ChangeSet], django_capture_on_commit_callbacks: Any
) -> None:
    run("record_baseline")
    row, staff = rows_from_before[0], make_staff()
    with pytest.raises(NotRecording):
        Subscription.objects.filter(pk=row.pk).update(is_paused=True)
    with django_capture_on_commit_callbacks(execute=True), recording(actor=staff, reason="Away in summer") as current:
        Subscription.objects.filter(pk=row.pk).update(is_paused=True)
    told = row.history.filter(change_set=current.change_set).get()
    assert (told.history_type, told.history_changed, told.is_paused) == ("~", " is_paused ", True)
    assert heard == [current.change_set]
    assert change_sets_of_customer(Customer.objects.get()).first() == current.change_set


def test_links_leave_one_row_of_history_each() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        customer.labels.set([Label.objects.create(name="red"), Label.objects.create(name="blue")])
    assert CustomerLabel.history.filter(change_set=current.change_set).count() == 2
    assert change_sets_of_customer(customer).first() == current.change_set


def test_the_guide_names_what_there_is() -> None:
    text = GUIDE.read_text()
    for module, names in re.findall(r"^ *from (customer_admin[.\w]*) import ([\w, ]+)$", text, re.MULTILINE):
        imported = __import__(module, fromlist=["_"])
        assert [name for name in names.split(", ") if not hasattr(imported, name)] == []
    attributes = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    told = ["customer_path", "untracked_fields", "hidden_in_history", "titled_by", "is_only_countered"]
    assert attributes == told
    assert all(hasattr(Tracked, name) for name in attributes)
