"""The notes of one customer and who acknowledged them."""

from typing import Any

import pytest

from customer_admin.models import SYSTEM
from customer_admin.operations import acknowledge_note
from customer_admin.selectors.alerts import alerts_about
from customer_admin.selectors.notes import acknowledgements_of, note_counts_of, notes_of
from tests.factories import make_customer, make_note, make_order, make_staff

pytestmark = pytest.mark.django_db


def test_pinned_notes_come_first_then_newer_ones_and_a_kind_can_be_picked() -> None:
    customer = make_customer()
    old, pinned, new = make_note(customer), make_note(customer, is_pinned=True), make_note(customer, kind="call")
    make_note(make_customer(), kind="call")
    assert list(notes_of(customer)) == [pinned, new, old]
    assert list(notes_of(customer, "call")) == [new]
    counts = note_counts_of(customer)
    assert (counts.by_kind, counts.newest) == ({"general": 2, "call": 1}, new.pk)
    assert note_counts_of(make_customer()).newest == 0


def test_the_last_acknowledgements_are_told_with_their_orders_and_the_rest_counted(
    django_assert_num_queries: Any,
) -> None:
    customer = make_customer()
    note, other = make_note(customer, alert_clerk=True), make_note(customer)
    orders = [make_order(customer) for _number in range(5)]
    for order in orders:
        acknowledge_note(actor=SYSTEM, note=note, order=order)
    notes = list(notes_of(customer))
    with django_assert_num_queries(1):
        told = acknowledgements_of(notes)
        assert [each.order for each in told[note.pk].newest] == orders[:1:-1]
    assert told[note.pk].further == 2
    assert other.pk not in told


def test_nothing_is_asked_for_notes_that_nobody_acknowledged(django_assert_num_queries: Any) -> None:
    customer = make_customer()
    make_note(customer, alert_clerk=True)
    notes = list(notes_of(customer))
    with django_assert_num_queries(0):
        assert acknowledgements_of(notes) == {}


def test_on_the_customer_counts_what_was_acknowledged_without_an_order() -> None:
    customer, ann, bob = make_customer(), make_staff("ann"), make_staff("bob")
    note = make_note(customer, alert_clerk=True, alert_level="stop")
    acknowledge_note(actor=ann, note=note, order=make_order(customer))
    (alert,) = alerts_about(customer, ann)
    assert (alert.is_acknowledged, alert.acknowledgements) == (False, ())
    acknowledge_note(actor=bob, note=note)
    (alert,) = alerts_about(customer, ann)
    assert not alert.is_acknowledged
    assert [each.acknowledged_by for each in alert.acknowledgements] == [bob]
    (alert,) = alerts_about(customer, bob)
    assert alert.is_acknowledged
