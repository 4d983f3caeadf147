"""Which alerts stand on an order, and for whom they hold it back."""

import datetime
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group

from customer_admin.models import SYSTEM, AccountNote, Actor, ActorKind, Customer, Order
from customer_admin.operations import acknowledge_note
from customer_admin.selectors.alerts import alerts_of, alerts_on, gravest_level, groups_that_acknowledge
from tests.factories import make_customer, make_note, make_order, make_staff, settle

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 10)


def make_alert(customer: Customer, level: str = "warning", **fields: Any) -> AccountNote:
    return make_note(customer, alert_clerk=True, alert_level=level, **fields)


def test_the_gravest_alerts_come_first_then_pinned_then_newer_ones() -> None:
    customer = make_customer()
    info, old, new = make_alert(customer, "info", is_pinned=True), make_alert(customer), make_alert(customer)
    pinned, stop = make_alert(customer, is_pinned=True), make_alert(customer, "stop")
    assert alerts_of(customer) == [stop, pinned, new, old, info]
    assert alerts_of(None) == []


def test_one_note_and_many_are_in_force_on_the_same_days() -> None:
    customer, days = make_customer(), [None, *(DAY + datetime.timedelta(days=n) for n in (-1, 0, 1))]
    for alert_clerk, first, last in product([True, False], days, days):
        make_note(customer, alert_clerk=alert_clerk, alert_from=first, alert_until=last)
    expected = {note.pk for note in AccountNote.objects.all() if note.is_in_force(DAY)}
    assert set(AccountNote.objects.in_force(DAY).values_list("pk", flat=True)) == expected
    assert len(expected) == 9


def test_only_a_stop_that_this_person_left_holds_the_order_back() -> None:
    customer, ann, bob = make_customer(), make_staff(), make_staff()
    order, other = make_order(customer), make_order(customer)
    stop, warning = make_alert(customer, "stop"), make_alert(customer)
    acknowledge_note(actor=ann, note=stop, order=order)
    acknowledge_note(actor=ann, note=warning, order=other)

    def told(actor: Any) -> list[tuple[AccountNote, int, bool, bool]]:
        return [
            (alert.note, len(alert.acknowledgements), alert.is_acknowledged, alert.holds_back)
            for alert in alerts_on(order, actor)
        ]

    assert told(ann) == [(stop, 1, True, False), (warning, 0, False, False)]
    assert told(bob) == [(stop, 1, False, True), (warning, 0, False, False)]


def test_a_warning_holds_the_order_back_where_the_settings_of_its_site_say_so() -> None:
    order, ann = make_order(make_customer()), make_staff()
    warning, info = make_alert(order.customer), make_alert(order.customer, "info")
    settle(warnings_hold_back=True)
    assert [(alert.note, alert.holds_back) for alert in alerts_on(order, ann)] == [(warning, True), (info, False)]
    acknowledge_note(actor=ann, note=warning, order=order)
    assert not any(alert.holds_back for alert in alerts_on(order, ann))
    settle(warnings_hold_back=False)
    assert not any(alert.holds_back for alert in alerts_on(order, make_staff()))


def test_a_till_without_a_user_is_known_by_its_label_however_long() -> None:
    customer = make_customer()
    order, stop = make_order(customer), make_alert(customer, "stop")
    till, other = (Actor(kind=ActorKind.SYSTEM, label=label) for label in ("Till\0" * 100, "Till"))
    for _each in range(2):
        acknowledge_note(actor=till, note=stop, order=order)
    (on_till,), (on_other,) = alerts_on(order, till), alerts_on(order, other)
    assert (len(on_till.acknowledgements), on_till.holds_back, on_other.holds_back) == (1, False, True)


def test_an_order_without_a_customer_or_alerts_asks_no_more(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(0):
        assert alerts_on(Order(), SYSTEM) == []
    order = make_order(make_customer())
    with django_assert_max_num_queries(1):
        assert alerts_on(order, SYSTEM) == []


def test_each_customer_of_a_list_has_its_gravest_level() -> None:
    first, second = make_customer(), make_customer()
    for level in ("info", "stop", "warning"):
        make_alert(first, level)
    make_alert(second, "stop", alert_until=DAY)
    levels = dict(Customer.objects.annotate(level=gravest_level()).values_list("pk", "level"))
    assert levels == {first.pk: "stop", second.pk: None}


def test_the_groups_to_ask_are_those_that_have_the_permission() -> None:
    assert groups_that_acknowledge() == ["Customer managers", "Customer staff"]
    Group.objects.get(name="Customer staff").delete()
    assert groups_that_acknowledge() == ["Customer managers"]
