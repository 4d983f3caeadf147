"""Many customers at once: one change set, what is right already left alone, all or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.errors import CustomerRefused, PermissionRefused
from customer_admin.models import SYSTEM, Actor, ActorKind, ChangeSet, Customer, recording
from customer_admin.operations import (
    change_class_of,
    delete_customers,
    revert_change_set,
    set_preferences,
    update_customer,
)
from tests.change_sets import newest
from tests.factories import (
    make_address,
    make_auditor,
    make_class,
    make_customer,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def some(count: int, **fields: Any) -> list[Customer]:
    return [make_customer(last_name=f"Person {number}", **fields) for number in range(count)]


def test_a_class_is_given_to_many_in_one_change_set_that_says_who_and_why() -> None:
    sue, club, customers = make_staff("sue"), make_class(), some(3)
    had_it = make_customer(customer_class=club)
    before = ChangeSet.objects.count()
    done = change_class_of(
        actor=sue, customers=[*customers, had_it.pk, had_it, 99_999], customer_class=club, reason="Joined at the fair"
    )
    assert (done.changed, done.unchanged, done.gone) == (3, 1, 1)
    assert ChangeSet.objects.count() == before + 1
    change_set = newest()
    assert done.change_set == change_set
    assert (change_set.actor, change_set.kind, change_set.reason) == (sue, "edit", "Joined at the fair")
    assert set(change_set.touched.values_list("customer", flat=True)) == {customer.pk for customer in customers}
    rows = Customer.history.filter(change_set=change_set)
    assert set(rows.values_list("history_changed", flat=True)) == {" customer_class "}
    assert set(Customer.objects.values_list("customer_class", flat=True)) == {club.pk}


def test_no_class_can_be_given_as_well() -> None:
    customer = make_customer(customer_class=make_class())
    assert change_class_of(actor=SYSTEM, customers=[customer], customer_class=None).changed == 1
    customer.refresh_from_db()
    assert customer.customer_class is None


def test_a_second_run_changes_nothing() -> None:
    club, customers = make_class(), some(2)
    change_class_of(actor=SYSTEM, customers=customers, customer_class=club)
    with nothing_changes():
        done = change_class_of(actor=SYSTEM, customers=customers, customer_class=club)
    assert (done.change_set, done.changed, done.unchanged) == (None, 0, 2)


def test_a_class_that_is_inactive_or_gone_is_refused() -> None:
    customers, inactive, gone = some(1), make_class(is_active=False), make_class()
    with recording(actor=SYSTEM):
        type(gone).objects.filter(pk=gone.pk).delete()
    for customer_class in (inactive, gone):
        with nothing_changes(), pytest.raises(CustomerRefused) as refused:
            change_class_of(actor=SYSTEM, customers=customers, customer_class=customer_class)
        assert list(refused.value.fields) == ["customer_class"]


def test_merged_customers_count_as_gone() -> None:
    survivor = make_customer()
    signpost = make_customer(merged_into=survivor)
    done = change_class_of(actor=SYSTEM, customers=[signpost], customer_class=make_class())
    assert (done.changed, done.gone) == (0, 1)


def test_preferences_are_switched_and_what_is_not_named_stays() -> None:
    first, second = make_customer(notify_marketing=True), make_customer(notify_account=False)
    done = set_preferences(actor=SYSTEM, customers=[first, second], notify_marketing=True, reason="Fair")
    assert (done.changed, done.unchanged, newest().reason) == (1, 1, "Fair")
    done = set_preferences(actor=SYSTEM, customers=[first, second], notify_account=False, notify_marketing=False)
    assert (done.changed, done.unchanged) == (2, 0)
    assert list(Customer.objects.values_list("notify_account", "notify_marketing")) == [(False, False)] * 2
    with nothing_changes():
        set_preferences(actor=SYSTEM, customers=[first, second], notify_account=False)


def test_preferences_of_which_none_is_named_are_refused() -> None:
    customers = some(1)
    with nothing_changes(), pytest.raises(CustomerRefused):
        set_preferences(actor=SYSTEM, customers=customers)


def operations(customers: list[Customer]) -> list[Any]:
    club = make_class()
    return [
        lambda actor: change_class_of(actor=actor, customers=customers, customer_class=club),
        lambda actor: set_preferences(actor=actor, customers=customers, notify_marketing=True),
        lambda actor: delete_customers(actor=actor, customers=customers),
    ]


def test_who_may_not_is_refused() -> None:
    customers = some(1)
    strangers = [make_auditor(), make_user(permissions=("view_customer",)), make_portal_user(customers[0])]
    strangers.append(Actor(kind=ActorKind.INTEGRATION, label="Till"))
    calls, sue = operations(customers), make_staff()
    for actor in strangers:
        for call in calls:
            with nothing_changes(), pytest.raises(PermissionRefused):
                call(actor)
    with nothing_changes(), pytest.raises(PermissionRefused):
        calls[-1](sue)


def test_many_customers_take_as_many_queries_as_few() -> None:
    def asked(count: int, call: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            call(some_of[:count])
        return len(queries)

    some_of = some(30)
    for customer in some_of:
        make_address(customer)
    wine, club = make_class(), make_class()
    few = asked(5, lambda them: change_class_of(actor=SYSTEM, customers=them, customer_class=wine))
    assert asked(30, lambda them: change_class_of(actor=SYSTEM, customers=them, customer_class=club)) == few
    few = asked(2, lambda them: delete_customers(actor=SYSTEM, customers=them))
    some_of = some_of[2:]
    assert asked(28, lambda them: delete_customers(actor=SYSTEM, customers=them)) == few


def test_a_bulk_change_can_be_taken_back_and_meets_later_edits() -> None:
    wine, club, customers = make_class(), make_class(), some(2)
    change_class_of(actor=SYSTEM, customers=customers, customer_class=wine)
    done = change_class_of(actor=SYSTEM, customers=customers, customer_class=club)
    assert done.change_set is not None
    update_customer(actor=SYSTEM, customer=customers[0], last_name="Hill")
    revert_change_set(actor=SYSTEM, change_set=done.change_set)
    assert set(Customer.objects.values_list("customer_class", flat=True)) == {wine.pk}
    assert Customer.objects.filter(last_name="Hill").exists()
