"""Merges that need a second person."""

from typing import Any

import pytest

from customer_admin.errors import MergeRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, Customer, MergeRequest
from customer_admin.operations import (
    approve_merge,
    merge_customers,
    refuse_merge,
    request_merge,
    revert_change_set,
    update_customer,
)
from customer_admin.selectors.merges import merge_preview
from tests.factories import make_auditor, make_club, make_customer, make_membership, make_staff, settle
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_person() -> None:
    settle(merges_need_second=True)


def ask(actor: Any, stays: Customer, *goes: Customer, **kwargs: Any) -> MergeRequest:
    return request_merge(actor=actor, survivor=stays, duplicates=goes, **kwargs)


def test_one_person_alone_may_not_merge(ann: Any, stays: Customer, goes: Customer) -> None:
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        merge_customers(actor=ann, survivor=stays, duplicates=[goes])
    assert caught.value.code == "second"


def test_the_system_needs_nobody_and_other_sites_neither(ann: Any, stays: Customer, goes: Customer) -> None:
    assert merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes]).change_set
    settle(merges_need_second=False)
    assert merge_customers(actor=ann, survivor=stays, duplicates=[make_customer()]).change_set


def test_another_person_approves_and_both_are_in_the_history(
    ann: Any, bob: Any, stays: Customer, goes: Customer
) -> None:
    with nothing_changes():
        asked = ask(ann, stays, goes, choices={"last_name": goes.pk}, reason="Same phone")
        assert asked.state == "waiting"
        MergeRequest.objects.filter(pk=asked.pk).delete()
    asked = ask(ann, stays, goes, choices={"last_name": goes.pk}, reason="Same phone")
    done = approve_merge(actor=bob, request=asked, reason="Checked")
    stays.refresh_from_db()
    goes = Customer.all_objects.get(pk=goes.pk)
    assert (goes.merged_into, stays.last_name) == (stays, "Lovelace")
    assert done.change_set is not None
    assert (done.change_set.kind, done.change_set.actor) == ("merge", bob)
    assert done.change_set.reason == "Asked for by Ann Field, approved by Bob Hill: Same phone. Checked"
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.change_set) == ("merged", bob, done.change_set)
    revert_change_set(actor=ann, change_set=done.change_set)
    assert Customer.objects.filter(pk=goes.pk).exists()


def test_only_choices_about_these_accounts_are_kept(ann: Any, stays: Customer, goes: Customer) -> None:
    good = {"email": str(goes.pk), "customer_admin.order.customer": "leave"}
    bad = {"phone": str(make_customer().pk), "last_name": "\0", "no.such.relation": "leave", "\0": str(goes.pk)}
    assert ask(ann, stays, goes, choices={**bad, **good}).choices == good


def test_nobody_approves_what_they_asked_for(ann: Any, stays: Customer, goes: Customer) -> None:
    asked = ask(ann, stays, goes)
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        approve_merge(actor=ann, request=asked)
    assert caught.value.code == "same_person"


@pytest.mark.parametrize("make", [make_staff, make_auditor])
def test_who_may_not_merge_may_neither_ask_nor_decide(make: Any, ann: Any, stays: Customer, goes: Customer) -> None:
    actor, asked = make("eve"), ask(ann, stays, goes)
    with nothing_changes():
        with pytest.raises(PermissionRefused):
            ask(actor, stays, goes)
        for decide in (approve_merge, refuse_merge):
            with pytest.raises(PermissionRefused):
                decide(actor=actor, request=asked)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_same_is_asked_for_once_and_approved_once(ann: Any, bob: Any, stays: Customer, goes: Customer) -> None:
    asked = ask(ann, stays, goes)
    assert ask(bob, stays, goes) == asked
    approve_merge(actor=bob, request=asked)
    with nothing_changes():
        assert approve_merge(actor=bob, request=asked).change_set is None
    assert ChangeSet.objects.filter(kind="merge").count() == 1


def test_a_refused_request_is_refused_for_good(ann: Any, bob: Any, stays: Customer, goes: Customer) -> None:
    asked = ask(ann, stays, goes)
    with nothing_changes():
        refuse_merge(actor=bob, request=asked, reason="Sisters")
        refuse_merge(actor=bob, request=asked)
        with pytest.raises(MergeRefused) as caught:
            approve_merge(actor=bob, request=asked)
    assert caught.value.code == "decided"
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason, asked.decided_label) == ("refused", "Sisters", "Bob Hill")


def test_who_asked_may_take_it_back(ann: Any, stays: Customer, goes: Customer) -> None:
    assert refuse_merge(actor=ann, request=ask(ann, stays, goes)).state == "refused"


def test_what_stands_against_a_merge_stands_against_asking_for_it(ann: Any, stays: Customer, goes: Customer) -> None:
    club = make_club()
    for each in (stays, goes):
        make_membership(each, club)
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        ask(ann, stays, goes)
    assert caught.value.code == "obstacles"
    assert not MergeRequest.objects.exists()


def test_accounts_that_changed_since_are_looked_at_once_more(
    ann: Any, bob: Any, stays: Customer, goes: Customer
) -> None:
    asked = ask(ann, stays, goes)
    update_customer(actor=SYSTEM, customer=goes, phone="555")
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        approve_merge(actor=bob, request=asked)
    assert caught.value.code == "changed"
    assert approve_merge(actor=bob, request=asked, seen=merge_preview(stays, [goes]).fingerprint).change_set
