"""What the first page of the admin tells about customers."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.models import OutgoingEmail
from customer_admin.selectors.dashboard import (
    MOST_CLASSES,
    NEWEST,
    alerts_in_force,
    customers_by_class,
    failed_mails,
    new_customers_by_week,
)
from tests.factories import make_class, make_customer, make_note

pytestmark = pytest.mark.django_db

WEEK = datetime.timedelta(weeks=1)


def make_mail(**fields: Any) -> OutgoingEmail:
    return OutgoingEmail.objects.create(**{"kind": "set_password", "to_address": "a@example.com", **fields})


def test_new_customers_stand_in_their_week_and_empty_weeks_are_there() -> None:
    now = timezone.now()
    make_customer(), make_customer(), make_customer(created_at=now - 2 * WEEK)
    make_customer(created_at=now - 12 * WEEK)
    make_customer(merged_into=make_customer(created_at=now - 20 * WEEK))
    counts = new_customers_by_week()
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    assert len(counts.by_start) == 12
    assert {start: n for start, n in counts.by_start.items() if n} == {
        monday: {"create": 2},
        monday - 2 * WEEK: {"create": 1},
    }
    assert counts.total == 3


def test_alerts_in_force_are_counted_by_level_and_the_newest_shown() -> None:
    customer = make_customer()
    for level in ("info", "stop", "stop"):
        make_note(customer, alert_clerk=True, alert_level=level)
    newest = [make_note(customer, alert_clerk=True, alert_level="info") for _each in range(NEWEST)]
    make_note(customer), make_note(customer, alert_clerk=True, alert_until=timezone.localdate() - WEEK)
    levels, notes = alerts_in_force()
    assert [(level.value, count) for level, count in levels] == [("stop", 2), ("info", 1 + NEWEST)]
    assert notes == newest[::-1]


def test_mails_that_failed_are_counted_and_the_newest_shown() -> None:
    make_mail(), make_mail(status="sent")
    failed = [make_mail(status="failed", error="550") for _each in range(NEWEST + 1)]
    assert failed_mails() == (NEWEST + 1, failed[:0:-1])


def test_classes_are_told_by_how_many_customers_they_have_and_small_ones_together() -> None:
    make_class(name="Nobody's")
    large = make_class(name="Large")
    for _each in range(4):
        make_customer(customer_class=large)
    make_customer(), make_customer()
    make_customer(customer_class=large, merged_into=make_customer())
    for number in range(MOST_CLASSES):
        make_customer(customer_class=make_class(name=f"Small {number}"))
    shares = customers_by_class()
    assert [(share.name, share.count, share.percent) for share in shares[:2]] == [
        ("Large", 4, 100),
        ("Without a class", 3, 75),
    ]
    assert (shares[-1].name, shares[-1].count, len(shares)) == ("All other classes", 2, MOST_CLASSES + 1)


def test_nothing_is_told_of_nothing() -> None:
    assert (new_customers_by_week().total, alerts_in_force(), failed_mails(), customers_by_class()) == (
        0,
        ([], []),
        (0, []),
        [],
    )
