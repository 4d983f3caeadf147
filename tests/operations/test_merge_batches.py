"""Merges that workers carry out."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from customer_admin import tasks
from customer_admin.errors import MergeRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, Customer, DuplicatePair, MergeBatch, MergeRequest
from customer_admin.operations import (
    approve_merge,
    carry_out_merges,
    delete_customer,
    dismiss_duplicates,
    find_duplicates,
    merge_batches,
    merge_customers,
    merges,
    queue_approved_merge,
    queue_certain_merges,
    queue_merge,
    refuse_merge,
    request_merge,
    revert_change_set,
    update_customer,
)
from customer_admin.selectors.duplicates.certain import certain_groups
from customer_admin.selectors.merges import merge_preview
from tests.factories import (
    make_auditor,
    make_class,
    make_club,
    make_customer,
    make_login,
    make_manager,
    make_membership,
    make_order,
    make_staff,
    settle,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
State = MergeRequest.State


def only(batch: MergeBatch) -> MergeRequest:
    return MergeRequest.objects.get(batch=batch)


def couple(number: int, **fields: Any) -> tuple[Customer, Customer]:
    """Somebody who is there twice."""
    ada = {
        "first_name": f"Ada{number}", "last_name": f"Lovelace{number}", "email": f"ada{number}@example.com",
        "phone": f"030 12345{number}", "birth_date": date(1980, 5, 12),
    }  # fmt: skip
    return make_customer(**{**ada, **fields}), make_customer(**ada)


def test_a_worker_merges_in_the_name_of_who_asked(ann: Any, stays: Customer, goes: Customer) -> None:
    order = make_order(goes)
    with nothing_changes():
        batch = queue_merge(
            actor=ann, survivor=stays, duplicates=[goes], choices={"last_name": goes.pk}, reason="Same phone"
        )
    tasks.carry_out_merges(batch.pk)
    request = only(batch)
    assert request.state == State.MERGED
    change_set = request.change_set
    assert change_set is not None
    told = (change_set.kind, change_set.actor, change_set.reason, change_set.source)
    assert told == ("merge", ann, "Same phone", "worker")
    stays.refresh_from_db()
    order.refresh_from_db()
    assert (stays.last_name, order.customer) == ("Lovelace", stays)


def test_it_is_safe_to_carry_out_twice(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    carry_out_merges(batch=batch)
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).tries == 1


def test_a_second_click_answers_the_same_batch(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    assert queue_merge(actor=ann, survivor=stays, duplicates=[goes]) == batch
    assert MergeRequest.objects.count() == 1


def test_what_is_refused_now_is_not_queued(ann: Any, stays: Customer, goes: Customer) -> None:
    with pytest.raises(MergeRefused) as caught:
        queue_merge(actor=ann, survivor=stays, duplicates=[goes], seen="something else")
    assert caught.value.code == "changed"
    settle(merges_need_second=True)
    with pytest.raises(MergeRefused) as caught:
        queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    assert caught.value.code == "second"
    assert not MergeBatch.objects.exists()


@pytest.mark.parametrize("make", [make_staff, make_auditor])
def test_who_may_not_merge_may_not_queue_either(make: Any, ann: Any, stays: Customer, goes: Customer) -> None:
    actor = make("eve")
    settle(merges_need_second=True)
    asked = request_merge(actor=ann, survivor=stays, duplicates=[goes])
    for call in (
        lambda: queue_merge(actor=actor, survivor=stays, duplicates=[goes]),
        lambda: queue_certain_merges(actor=actor, groups=[[stays.pk, goes.pk]]),
        lambda: queue_approved_merge(actor=actor, request=asked),
    ):
        with pytest.raises(PermissionRefused):
            call()
    assert not MergeBatch.objects.exists()


def test_workers_merge_for_people_only(stays: Customer, goes: Customer) -> None:
    with pytest.raises(TypeError):
        queue_merge(actor=SYSTEM, survivor=stays, duplicates=[goes])


def test_what_stands_against_it_by_then_is_told(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    club = make_club(name="Reds")
    for each in (stays, goes):
        make_membership(each, club)
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED
    assert "Reds" in only(batch).told


def test_who_lost_the_right_to_merge_meanwhile_merges_nothing(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    Group.objects.get(name="Customer managers").user_set.remove(ann)
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED
    assert "permission" in only(batch).told


def test_a_person_who_is_gone_merges_nothing(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    ann.delete()
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED


def test_nobody_takes_the_place_of_who_approved_it_and_is_gone(
    ann: Any, bob: Any, stays: Customer, goes: Customer
) -> None:
    request = request_merge(actor=ann, survivor=stays, duplicates=[goes])
    batch = queue_approved_merge(actor=bob, request=request)
    bob.delete()
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED


def test_where_two_people_decide_by_then_one_was_not_enough(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes], choices={"email": goes.pk, "\0": "\0"})
    assert only(batch).choices == {"email": str(goes.pk)}
    settle(merges_need_second=True)
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert (only(batch).state, "need a second person" in only(batch).told) == (State.FAILED, True)


def test_an_account_that_is_deleted_meanwhile_is_told(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    delete_customer(actor=SYSTEM, customer=goes)
    carry_out_merges(batch=batch)
    assert (only(batch).state, "deleted" in only(batch).told) == (State.FAILED, True)


def test_what_somebody_merged_by_hand_meanwhile_is_done(ann: Any, stays: Customer, goes: Customer) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    merge_customers(actor=ann, survivor=stays, duplicates=[goes])
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert (only(batch).state, only(batch).change_set) == (State.MERGED, None)


def test_a_worker_that_stops_leaves_the_merge_to_the_next_one(
    ann: Any, stays: Customer, goes: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])

    def stop(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(merges, "_take_fields", stop)
        with nothing_changes(), pytest.raises(KeyboardInterrupt):
            carry_out_merges(batch=batch)
    assert (only(batch).state, only(batch).tries) == (State.QUEUED, 1)
    tasks.keep_merges()
    assert only(batch).state == State.QUEUED  # Somebody was heard of a moment ago.
    MergeBatch.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    tasks.keep_merges()
    assert only(batch).state == State.MERGED


def test_a_merge_that_never_ends_is_given_up(
    ann: Any, stays: Customer, goes: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    monkeypatch.setattr(merges, "_take_fields", lambda preview: 1 / 0)
    with nothing_changes():
        for _try in range(merge_batches.TRIES):
            with pytest.raises(ZeroDivisionError):
                carry_out_merges(batch=batch)
        carry_out_merges(batch=batch)
    assert (only(batch).state, "3 times" in only(batch).told) == (State.FAILED, True)


@on_postgresql
def test_how_far_it_is_shows_before_it_ends(ann: Any, stays: Customer, goes: Customer) -> None:
    make_order(goes)
    batch = queue_merge(actor=ann, survivor=stays, duplicates=[goes])
    carry_out_merges(batch=batch)
    batch.refresh_from_db()
    # The merge's own connection never writes it, so another one did while the transaction was open.
    assert batch.progress == pytest.approx(0.9)


def test_certain_groups_are_merged_with_a_change_set_each(ann: Any) -> None:
    couples = [couple(number) for number in range(3)]
    make_order(couples[1][1])
    find_duplicates(actor=SYSTEM)
    groups = certain_groups()
    assert sorted(map(sorted, groups)) == [sorted(each.pk for each in pair) for pair in couples]
    assert groups[[set(group) for group in groups].index({each.pk for each in couples[1]})][0] == couples[1][1].pk
    queued = queue_certain_merges(actor=ann, groups=groups, reason="Import of May")
    assert (queued.queued, queued.asked) == (3, 0)
    assert queued.batch is not None
    carry_out_merges(batch=queued.batch)
    change_sets = ChangeSet.objects.filter(kind="merge")
    assert [(each.actor, each.reason) for each in change_sets] == [(ann, "Import of May")] * 3
    assert Customer.objects.count() == 3
    revert_change_set(actor=ann, change_set=change_sets[0])
    assert Customer.objects.count() == 4


def test_only_the_pairs_that_are_named_are_grouped(ann: Any) -> None:
    couple(1), couple(2)
    find_duplicates(actor=SYSTEM)
    pair = DuplicatePair.objects.first()
    assert pair is not None
    assert [sorted(group) for group in certain_groups([pair.pk])] == [[pair.first_id, pair.second_id]]
    DuplicatePair.objects.filter(pk=pair.pk).update(level="likely")
    assert certain_groups([pair.pk]) == []


def test_three_who_are_one_are_merged_at_once(ann: Any) -> None:
    _one, two = couple(1)
    three = make_customer(
        **{name: getattr(two, name) for name in ("first_name", "last_name", "email", "phone", "birth_date")}
    )
    find_duplicates(actor=SYSTEM)
    (group,) = certain_groups()
    assert (len(group), three.pk in group) == (3, True)
    batch = queue_certain_merges(actor=ann, groups=[group]).batch
    assert batch is not None
    carry_out_merges(batch=batch)
    assert (Customer.objects.count(), ChangeSet.objects.filter(kind="merge").count()) == (1, 1)


def test_who_is_not_certain_any_more_stays(ann: Any) -> None:
    first, second = couple(1)
    find_duplicates(actor=SYSTEM)
    batch = queue_certain_merges(actor=ann, groups=certain_groups()).batch
    assert batch is not None
    update_customer(actor=SYSTEM, customer=second, first_name="Grace", birth_date=date(1990, 1, 1))
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert (only(batch).state, "certainly" in only(batch).told) == (State.FAILED, True)
    assert first.merged_into is None


def test_who_was_said_not_to_be_the_same_stays(ann: Any) -> None:
    pair = couple(1)
    find_duplicates(actor=SYSTEM)
    batch = queue_certain_merges(actor=ann, groups=certain_groups()).batch
    assert batch is not None
    dismiss_duplicates(actor=ann, pairs=[pair])
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED
    assert certain_groups() == []


@pytest.mark.parametrize("what", ["logins", "class", "exemption", "rows"])
def test_what_takes_a_person_is_left_for_one(ann: Any, what: str) -> None:
    pair = couple(1, **({"customer_class": make_class(name="Trade")} if what == "class" else {}))
    for number, each in enumerate(pair):
        if what == "logins":
            make_login(each, f"login-of-{number}")
        elif what == "class" and number:
            update_customer(actor=SYSTEM, customer=each, customer_class=make_class(name="Retail"))
        elif what == "exemption" and number:
            update_customer(actor=SYSTEM, customer=each, tax_exempt=True, tax_exempt_number="X-1")
        elif what == "rows":
            make_membership(each, make_club(name=f"Club {number}"))
    if what == "rows":
        club = make_club(name="Both")
        for each in pair:
            make_membership(each, club)
    find_duplicates(actor=SYSTEM)
    batch = queue_certain_merges(actor=ann, groups=certain_groups()).batch
    assert batch is not None
    with nothing_changes():
        carry_out_merges(batch=batch)
    assert only(batch).state == State.FAILED
    words = {"logins": "portal login", "class": "prices", "exemption": "prices", "rows": "Both"}
    assert words[what] in only(batch).told


def test_two_who_were_said_not_to_be_the_same_and_were_merged_are_one(ann: Any) -> None:
    first, second = couple(1)
    dismiss_duplicates(actor=ann, pairs=[(first, second)])
    merge_customers(actor=ann, survivor=first, duplicates=[second])
    make_customer(
        **{name: getattr(first, name) for name in ("first_name", "last_name", "email", "phone", "birth_date")}
    )
    find_duplicates(actor=SYSTEM)
    batch = queue_certain_merges(actor=ann, groups=certain_groups()).batch
    assert batch is not None
    carry_out_merges(batch=batch)
    assert (only(batch).state, only(batch).told) == (State.MERGED, "")


def test_one_that_fails_does_not_hold_up_the_others(ann: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = couple(1)
    couple(2)
    find_duplicates(actor=SYSTEM)
    groups = sorted(certain_groups(), key=lambda group: first[0].pk not in group)
    batch = queue_certain_merges(actor=ann, groups=groups).batch
    assert batch is not None
    take_fields = merges._take_fields

    def fail(preview: Any) -> None:
        if first[0] in preview.accounts:
            raise ZeroDivisionError
        take_fields(preview)

    monkeypatch.setattr(merges, "_take_fields", fail)
    with pytest.raises(ZeroDivisionError):
        carry_out_merges(batch=batch)
    assert [each.state for each in batch.requests.order_by("pk")] == [State.QUEUED, State.MERGED]


@on_postgresql
def test_two_who_ask_for_the_same_at_once_queue_it_once() -> None:
    ann = make_manager("ann")
    group = [each.pk for each in couple(1)]
    queued = run_together(*[lambda: queue_certain_merges(actor=ann, groups=[group])] * 2)
    assert sorted(each.queued for each in queued) == [0, 1]


def test_where_two_people_decide_certain_ones_are_asked_for(ann: Any, bob: Any) -> None:
    settle(merges_need_second=True)
    couple(1)
    find_duplicates(actor=SYSTEM)
    queued = queue_certain_merges(actor=ann, groups=certain_groups(), reason="Certain")
    assert (queued.batch, queued.queued, queued.asked) == (None, 0, 1)
    request = MergeRequest.objects.get()
    assert request.state == State.WAITING
    assert approve_merge(actor=bob, request=request).change_set is not None


def test_what_is_under_way_is_not_queued_again(ann: Any) -> None:
    couple(1)
    find_duplicates(actor=SYSTEM)
    assert queue_certain_merges(actor=ann, groups=certain_groups()).queued == 1
    again = queue_certain_merges(actor=ann, groups=certain_groups())
    assert (again.queued, again.batch) == (0, None)


def test_an_approved_merge_can_be_left_to_a_worker(ann: Any, bob: Any, stays: Customer, goes: Customer) -> None:
    settle(merges_need_second=True)
    asked = request_merge(actor=ann, survivor=stays, duplicates=[goes], reason="Same phone")
    with pytest.raises(MergeRefused) as caught:
        queue_approved_merge(actor=ann, request=asked)
    assert caught.value.code == "same_person"
    seen = merge_preview(stays, [goes]).fingerprint
    with nothing_changes():
        batch = queue_approved_merge(actor=bob, request=asked, seen=seen, reason="Checked")
        assert queue_approved_merge(actor=bob, request=asked) == batch
    with pytest.raises(MergeRefused):
        refuse_merge(actor=bob, request=asked)
    with pytest.raises(MergeRefused):
        approve_merge(actor=bob, request=asked)
    carry_out_merges(batch=batch)
    asked.refresh_from_db()
    assert asked.state == State.MERGED
    assert asked.change_set is not None
    assert asked.change_set.actor == bob
    assert asked.change_set.reason == "Asked for by Ann Field, approved by Bob Hill: Same phone. Checked"
