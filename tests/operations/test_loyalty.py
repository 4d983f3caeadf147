"""Giving tastings, samples, donations and points, and countering what was wrong."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.errors import LoyaltyRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, LoyaltyEntry, recording
from customer_admin.operations import add_loyalty_entry, counter_loyalty_entry, delete_customer
from customer_admin.selectors.loyalty import Loyalty, loyalty_of
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_class,
    make_customer,
    make_loyalty,
    make_manager,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def add(customer: Any, **fields: Any) -> LoyaltyEntry:
    values = {"actor": SYSTEM, "kind": "points", "quantity": 10, "reason": "Bought a case", **fields}
    return add_loyalty_entry(customer=customer, **values)


def with_tastings(count: int) -> Any:
    return make_customer(customer_class=make_class(free_tastings=count))


def test_an_entry_says_what_how_many_who_when_and_why() -> None:
    ann, customer = make_staff("ann", first_name="Ann", last_name="Field"), make_customer()
    day = timezone.localdate() - datetime.timedelta(days=3)
    entry = add(
        customer, actor=ann, kind="sample", quantity=2, product_or_cause="Gamay", note="Liked it", reason="Fair", on=day
    )
    entry.refresh_from_db()
    assert (entry.kind, entry.quantity, entry.product_or_cause, entry.note) == ("sample", 2, "Gamay", "Liked it")
    assert (entry.author, entry.author_label, entry.reason, entry.on) == (ann, "Ann Field", "Fair", day)
    assert (newest().kind, newest().actor, newest().reason) == ("create", ann, "Fair")
    assert [pair.customer_id for pair in newest().touched.all()] == [customer.pk]


def test_an_entry_is_of_today_by_default() -> None:
    assert add(make_customer()).on == timezone.localdate()


def test_tastings_left_are_the_allowance_of_the_class_and_all_entries() -> None:
    customer = with_tastings(3)
    add(customer, kind="free_tasting", quantity=-2)
    add(customer, kind="free_tasting", quantity=4)
    for kind, quantity in (("sample", 2), ("donation", 1), ("points", 50), ("points", -20)):
        add(customer, kind=kind, quantity=quantity)
    make_loyalty(make_customer())
    assert loyalty_of(customer) == Loyalty(allowance=3, tastings_left=5, samples=2, donations=1, points=30)
    assert loyalty_of(make_customer()) == Loyalty(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("allowance", "wanted", "told"),
    [
        (0, 1, "No free tasting is left."),
        (1, 2, "Only 1 free tasting is left."),
        (2, 3, "Only 2 free tastings are left."),
    ],
)
def test_no_more_tastings_are_used_than_are_left(allowance: int, wanted: int, told: str) -> None:
    customer = with_tastings(allowance)
    with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
        add(customer, kind="free_tasting", quantity=-wanted)
    assert (caught.value.fields, caught.value.code) == ({"quantity": [told]}, "not_enough")
    if allowance:
        add(customer, kind="free_tasting", quantity=-allowance)
        assert loyalty_of(customer).tastings_left == 0


@pytest.mark.parametrize(
    ("there", "told"), [(0, "There are no points left."), (1, "Only 1 point is left."), (9, "Only 9 points are left.")]
)
def test_no_more_points_are_spent_than_there_are(there: int, told: str) -> None:
    customer = make_customer()
    if there:
        add(customer, quantity=there)
    with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
        add(customer, quantity=-10)
    assert caught.value.fields == {"quantity": [told]}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"quantity": 0}, "quantity"),
        ({"kind": "sample", "quantity": -1}, "quantity"),
        ({"kind": "donation", "quantity": -1}, "quantity"),
        ({"quantity": 1_000_001}, "quantity"),
        ({"quantity": 10**30}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"quantity": "many", "kind": "sample"}, "quantity"),
        ({"quantity": None}, "quantity"),
        ({"kind": "gold"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"product_or_cause": "x" * 201}, "product_or_cause"),
        ({"product_or_cause": "half \ud800"}, "product_or_cause"),
        ({"note": "\x00"}, "note"),
        ({"on": datetime.date(2999, 1, 1)}, "on"),
        ({"on": "tomorrow"}, "on"),
    ],
)
def test_what_makes_no_entry_is_refused_on_its_field(fields: dict[str, Any], name: str) -> None:
    customer = make_customer()
    with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
        add(customer, **fields)
    assert list(caught.value.fields) == [name]


@pytest.mark.parametrize("text", ["=CMD()", "‮abc", "🍷", "<script>"])
def test_strange_texts_are_kept_as_they_are(text: str) -> None:
    entry = LoyaltyEntry.objects.get(pk=add(make_customer(), product_or_cause=text, note=text, reason=text).pk)
    assert (entry.product_or_cause, entry.note, entry.reason) == (text, text, text)


def test_a_customer_who_is_gone_or_merged_away_gets_nothing() -> None:
    survivor, gone = make_customer(), make_customer()
    signpost = make_customer(merged_into=survivor)
    delete_customer(actor=SYSTEM, customer=type(gone).objects.get(pk=gone.pk))
    for customer, code in ((gone, "gone"), (signpost, "merged")):
        with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
            add(customer)
        assert caught.value.code == code


def test_a_form_that_is_sent_twice_adds_one_and_the_same_entry_later_is_another() -> None:
    ann, customer = make_staff(), make_customer()
    first = add(customer, actor=ann, newest_seen=0)
    with nothing_changes():
        assert add(customer, actor=ann, newest_seen=0) == first
    assert add(customer, actor=ann, quantity=11, newest_seen=0) != first
    assert add(customer, actor=make_staff(), newest_seen=0) != first
    assert add(customer, actor=ann, newest_seen=LoyaltyEntry.objects.latest("pk").pk) != first
    assert add(customer, actor=ann) != first


def test_a_counter_entry_says_who_and_why_and_makes_the_entry_nothing() -> None:
    ann, customer = make_staff("ann", first_name="Ann"), make_customer()
    entry = add(customer, quantity=100, product_or_cause="Honey")
    counter = counter_loyalty_entry(actor=ann, entry=entry, reason="A zero too many")
    assert (counter.quantity, counter.counters, counter.product_or_cause) == (-100, entry, "Honey")
    assert (counter.author, counter.reason, counter.on) == (ann, "A zero too many", timezone.localdate())
    assert loyalty_of(customer).points == 0
    assert (newest().actor, newest().reason) == (ann, "A zero too many")
    with nothing_changes():
        assert counter_loyalty_entry(actor=ann, entry=entry, reason="Once more") == counter


def test_what_was_spent_already_is_countered_all_the_same_and_leaves_less_than_nothing() -> None:
    customer = make_customer()
    entry = add(customer, quantity=10)
    add(customer, quantity=-8)
    counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Not earned")
    assert loyalty_of(customer).points == -8
    with pytest.raises(LoyaltyRefused, match="no points left"):
        add(customer, quantity=-1)


def test_a_counter_entry_can_be_countered_and_a_sample_too() -> None:
    customer = make_customer()
    entry = add(customer, kind="sample", quantity=2)
    counter = counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong customer")
    counter_loyalty_entry(actor=SYSTEM, entry=counter, reason="Right after all")
    assert loyalty_of(customer).samples == 2


def test_countering_asks_why_and_needs_an_entry_that_is_there() -> None:
    customer = make_customer()
    entry = add(customer)
    for reason in ("", " ", "x" * 501, "\x00"):
        with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
            counter_loyalty_entry(actor=SYSTEM, entry=entry, reason=reason)
        assert list(caught.value.fields) == ["reason"]
    with recording(actor=SYSTEM):
        customer.delete()
    with nothing_changes(), pytest.raises(LoyaltyRefused) as caught:
        counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    assert caught.value.code == "gone"


def test_staff_and_managers_write_and_nobody_else() -> None:
    customer = make_customer()
    entry = add(customer)
    others = make_auditor(), make_user(permissions=("view_loyaltyentry",)), make_portal_user(customer)
    with nothing_changes():
        for actor in others:
            with pytest.raises(PermissionRefused):
                add(customer, actor=actor)
            with pytest.raises(PermissionRefused):
                counter_loyalty_entry(actor=actor, entry=entry, reason="Wrong")
    for actor in (make_staff(), make_manager(), make_user(permissions=("add_loyaltyentry",))):
        counter_loyalty_entry(actor=actor, entry=add(customer, actor=actor), reason="Wrong")
    assert ChangeSet.objects.filter(touched_fields__contains="loyaltyentry").count() == 7


@on_postgresql
def test_two_clerks_can_not_both_use_the_last_tasting() -> None:
    customer = with_tastings(1)
    answers = run_together(*[lambda: add(customer, kind="free_tasting", quantity=-1)] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["LoyaltyEntry"] + ["LoyaltyRefused"] * 3
    assert loyalty_of(customer).tastings_left == 0


@on_postgresql
def test_two_counter_entries_at_once_are_one() -> None:
    entry = add(make_customer())
    first, *others = run_together(*[lambda: counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")] * 4)
    assert others == [first] * 3
    assert LoyaltyEntry.objects.count() == 2
