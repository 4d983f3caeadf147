"""Taking back what created entries that are only countered: they stay, and a counter-entry is made."""

from typing import Any

import pytest
from django.db import models

from customer_admin.errors import RevertRefused
from customer_admin.models import SYSTEM, ChangeSet, CreditEntry, Customer, LoyaltyEntry, recording
from customer_admin.operations import (
    add_credit_entry,
    add_loyalty_entry,
    counter_loyalty_entry,
    create_customer,
    delete_customer,
    restore,
    revert_change_set,
)
from customer_admin.operations.reverts import Action, ClashKind
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_credit,
    make_customer,
    make_login,
    make_loyalty,
    make_membership,
    make_note,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def points_of(customer: Any) -> int:
    return LoyaltyEntry.objects.filter(customer=customer).aggregate(n=models.Sum("quantity"))["n"] or 0


def added(customer: Any, **fields: Any) -> tuple[LoyaltyEntry, ChangeSet]:
    values = {"actor": SYSTEM, "kind": "points", "quantity": 10, "reason": "Bought a case", **fields}
    return add_loyalty_entry(customer=customer, **values), newest()


def test_taking_back_an_entry_counters_it_in_the_name_of_who_takes_back() -> None:
    auditor, customer = make_auditor("priya", first_name="Priya"), make_customer()
    entry, change_set = added(customer)
    with nothing_changes():
        dry = revert_change_set(actor=auditor, change_set=change_set, dry_run=True)
    report = revert_change_set(actor=auditor, change_set=change_set, reason="Never bought")
    assert [row.action for row in dry.rows] == [row.action for row in report.rows] == [Action.COUNTER]
    counter = entry.countered_by
    assert (counter.quantity, counter.reason, counter.author, counter.author_label) == (
        -10, "Never bought", auditor, "Priya",
    )  # fmt: skip
    assert counter.history.get().change_set == report.change_set
    assert points_of(customer) == 0
    with nothing_changes():
        again = revert_change_set(actor=auditor, change_set=change_set)
    assert (again.rows, again.done_already) == ((), 1)


def test_a_counter_entry_always_has_a_reason() -> None:
    entry, change_set = added(make_customer())
    revert_change_set(actor=SYSTEM, change_set=change_set)
    assert entry.countered_by.reason == "Taken back"


def test_taking_back_the_taking_back_counters_the_counter_entry_and_so_on() -> None:
    customer = make_customer()
    _entry, change_set = added(customer)
    told = []
    for _each in range(4):
        change_set = revert_change_set(actor=SYSTEM, change_set=change_set).change_set
        told.append((points_of(customer), LoyaltyEntry.objects.count()))
    assert told == [(0, 2), (10, 3), (0, 4), (10, 5)]


def test_what_was_taken_back_and_brought_back_can_be_taken_back_once_more() -> None:
    customer = make_customer()
    _entry, change_set = added(customer)
    revert = revert_change_set(actor=SYSTEM, change_set=change_set).change_set
    revert_change_set(actor=SYSTEM, change_set=revert)
    assert points_of(customer) == 10
    revert_change_set(actor=SYSTEM, change_set=change_set)
    assert points_of(customer) == 0


def test_what_a_clerk_countered_is_left_and_the_countering_can_be_taken_back() -> None:
    customer = make_customer()
    entry, change_set = added(customer)
    counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    countering = newest()
    with nothing_changes():
        assert revert_change_set(actor=SYSTEM, change_set=change_set).rows == ()
    revert_change_set(actor=SYSTEM, change_set=countering)
    assert points_of(customer) == 10


def test_an_entry_and_its_counter_entry_of_one_change_are_nothing_to_take_back() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        entry, _newest = add_loyalty_entry(actor=SYSTEM, customer=customer, kind="points", quantity=5, reason="x"), None
        counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="y")
    with nothing_changes():
        assert revert_change_set(actor=SYSTEM, change_set=current.change_set).rows == ()
    revert_change_set(
        actor=SYSTEM, change_set=current.change_set, only=[f"customer_admin.loyaltyentry:{entry.countered_by.pk}"]
    )
    assert points_of(customer) == 5


def test_one_entry_of_several_is_taken_back_by_its_name() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        first, second = make_loyalty(customer, quantity=1), make_loyalty(customer, quantity=2)
    report = revert_change_set(
        actor=SYSTEM, change_set=current.change_set, only=[f"customer_admin.loyaltyentry:{first.pk}"]
    )
    assert [row.key for row in report.rows] == [first.pk]
    assert points_of(customer) == 2
    with nothing_changes(), pytest.raises(RevertRefused):
        revert_change_set(actor=SYSTEM, change_set=current.change_set, only=["customer_admin.loyaltyentry:0"])
    second.refresh_from_db()
    assert not second.is_countered


def test_spent_credit_is_taken_back_all_the_same() -> None:
    customer = make_customer()
    values = {"actor": SYSTEM, "customer": customer, "currency": "USD", "reason": "x"}
    add_credit_entry(kind="deposit", amount="50", **values)
    deposit = newest()
    add_credit_entry(kind="redemption", amount="20", **values)
    revert_change_set(actor=SYSTEM, change_set=deposit)
    assert CreditEntry.objects.aggregate(n=models.Sum("amount"))["n"] == -20


def test_an_entry_that_went_to_another_customer_is_countered_there() -> None:
    first, second = make_customer(), make_customer()
    entry, change_set = added(first)
    with recording(actor=SYSTEM):
        LoyaltyEntry.objects.update(customer=second)
    report = revert_change_set(actor=SYSTEM, change_set=change_set)
    assert (report.clashes, entry.countered_by.customer) == ((), second)
    assert (points_of(first), points_of(second)) == (0, 0)


def test_a_counter_entry_follows_its_entry_back_to_its_customer() -> None:
    first, second = make_customer(), make_customer()
    entry, _change_set = added(first)
    with recording(actor=SYSTEM) as moving:
        LoyaltyEntry.objects.update(customer=second)
    counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    back = revert_change_set(actor=SYSTEM, change_set=moving.change_set).change_set
    assert {row.customer_id for row in LoyaltyEntry.objects.all()} == {first.pk}
    revert_change_set(actor=SYSTEM, change_set=back)
    assert {row.customer_id for row in LoyaltyEntry.objects.all()} == {second.pk}


def test_entries_go_with_the_customer_whose_creation_is_taken_back_and_come_back_as_they_were() -> None:
    with recording(actor=SYSTEM) as current:
        customer = create_customer(actor=SYSTEM, last_name="Stone")
        make_loyalty(customer), make_credit(customer)
    before = state()
    report = revert_change_set(actor=SYSTEM, change_set=current.change_set)
    assert (report.clashes, {row.action for row in report.rows}) == ((), {Action.DELETE})
    assert state() == []
    revert_change_set(actor=SYSTEM, change_set=report.change_set)
    assert state() == before


def test_entries_that_came_later_stand_against_it_unless_they_make_nothing() -> None:
    customer = create_customer(actor=SYSTEM, last_name="Stone")
    creation = newest()
    entry, change_set = added(customer)
    report = revert_change_set(actor=SYSTEM, change_set=creation, dry_run=True)
    (clash,) = report.clashes
    assert (clash.kind, clash.other, clash.count) == (ClashKind.NEEDED, (LoyaltyEntry, entry.pk), 1)
    with nothing_changes(), pytest.raises(RevertRefused):
        revert_change_set(actor=SYSTEM, change_set=creation)
    revert_change_set(actor=SYSTEM, change_set=change_set)
    before = state()
    gone = revert_change_set(actor=SYSTEM, change_set=creation)
    assert (gone.clashes, state()) == ((), [])
    revert_change_set(actor=SYSTEM, change_set=gone.change_set)
    assert state() == before


def test_who_overwrites_takes_the_entries_along_and_who_keeps_keeps_them() -> None:
    with recording(actor=SYSTEM) as current:
        customer = create_customer(actor=SYSTEM, last_name="Stone")
        make_loyalty(customer)
    make_note(customer), added(customer, quantity=7)
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this change"):
        revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve="keep")
    revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve="overwrite")
    assert state() == []


def test_a_countering_since_stands_against_taking_back_customer_and_entry() -> None:
    with recording(actor=SYSTEM) as current:
        customer = create_customer(actor=SYSTEM, last_name="Stone")
        entry = make_loyalty(customer)
    counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    countering = newest()
    report = revert_change_set(actor=SYSTEM, change_set=current.change_set, dry_run=True)
    assert [(clash.kind, clash.count) for clash in report.clashes] == [(ClashKind.NEEDED, 1)]
    revert_change_set(actor=SYSTEM, change_set=countering)
    assert revert_change_set(actor=SYSTEM, change_set=current.change_set).clashes == ()
    assert state() == []


def test_restoring_a_deleted_customer_brings_all_of_it_back_as_it_was() -> None:
    customer = make_customer()
    make_login(customer), make_note(customer)
    make_membership(customer, status="cancelled", cancel_reason="Moved away")
    entry, _change_set = added(customer, quantity=99)
    counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    added(customer, kind="sample", quantity=2)
    make_credit(customer, 5), make_credit(customer, -5)
    before = state(), rows_of(customer)
    gone = delete_customer(actor=SYSTEM, customer=customer)
    assert state() == []
    restored = restore(actor=SYSTEM, change_set=gone)
    assert (state(), rows_of(customer)) == before
    revert_change_set(actor=SYSTEM, change_set=restored)
    assert (state(), Customer.all_objects.count()) == ([], 0)


def test_a_counter_entry_does_not_come_back_without_what_it_counters() -> None:
    customer = make_customer()
    entry, _change_set = added(customer)
    counter = counter_loyalty_entry(actor=SYSTEM, entry=entry, reason="Wrong")
    gone = delete_customer(actor=SYSTEM, customer=customer)
    only = [f"customer_admin.customer:{gone.touched.get().customer_id}", f"customer_admin.loyaltyentry:{counter.pk}"]
    report = revert_change_set(actor=SYSTEM, change_set=gone, only=only, resolve="keep")
    assert [(clash.kind, clash.row_key) for clash in report.clashes] == [(ClashKind.MISSING, counter.pk)]
    assert not LoyaltyEntry.objects.exists()


def test_countering_many_asks_as_many_questions_as_countering_few(django_assert_max_num_queries: Any) -> None:
    counts = []
    for number in (2, 30):
        customer = make_customer()
        with recording(actor=SYSTEM) as current:
            for _each in range(number):
                make_loyalty(customer)
        with django_assert_max_num_queries(60) as queries:
            revert_change_set(actor=SYSTEM, change_set=current.change_set)
        counts.append(len(queries))
        assert points_of(customer) == 0
    assert counts[0] == counts[1]


@on_postgresql
def test_two_who_take_back_at_once_counter_once() -> None:
    customer = make_customer()
    _entry, change_set = added(customer)
    answers = run_together(*[lambda: revert_change_set(actor=SYSTEM, change_set=change_set)] * 4)
    assert sorted(len(answer.rows) for answer in answers) == [0, 0, 0, 1]
    assert (points_of(customer), LoyaltyEntry.objects.count()) == (0, 2)


def state() -> list[Any]:
    """All entries as they are."""
    return [row for model in (LoyaltyEntry, CreditEntry) for row in model.objects.order_by("pk").values_list()]


def rows_of(customer: Customer) -> list[Any]:
    """What else belongs to the customer."""
    found = Customer.objects.get()
    related = (found.account_notes, found.club_memberships)
    return [found.number, found.login.username, *(list(rows.values_list()) for rows in related)]
