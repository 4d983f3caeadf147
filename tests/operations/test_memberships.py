"""Joining a club, and what becomes of the membership."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.errors import ChangedMeanwhile, DeleteRefused, MembershipRefused, PermissionRefused
from customer_admin.models import SYSTEM, ClubMembership, recording
from customer_admin.operations import (
    cancel_membership,
    delete_club,
    delete_customer,
    hold_membership,
    join_club,
    resume_membership,
    revert_change_set,
    update_membership,
)
from customer_admin.selectors.history import version_of
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_club,
    make_customer,
    make_manager,
    make_membership,
    make_payment_method,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_joining_needs_a_customer_and_a_club_and_nothing_else() -> None:
    ann, customer, club = make_staff(), make_customer(), make_club()
    membership = join_club(actor=ann, customer=customer, club=club, reason="At the fair")
    membership.refresh_from_db()
    assert (membership.customer, membership.club, membership.status) == (customer, club, "active")
    assert (membership.since, membership.tier, membership.delivery_method) == (timezone.localdate(), "", "")
    assert (newest().kind, newest().actor, newest().reason) == ("create", ann, "At the fair")
    assert [pair.customer_id for pair in newest().touched.all()] == [customer.pk]


@pytest.mark.parametrize("status", ["active", "on_hold"])
def test_nobody_is_twice_a_member_of_one_club(status: str) -> None:
    membership = make_membership(make_customer(), status=status)
    customer, club = membership.customer, membership.club
    with nothing_changes(), pytest.raises(MembershipRefused) as caught:
        join_club(actor=SYSTEM, customer=customer, club=club)
    assert (list(caught.value.fields), caught.value.code) == (["club"], "already")
    assert join_club(actor=SYSTEM, customer=customer, club=make_club())
    assert join_club(actor=SYSTEM, customer=make_customer(), club=club)


def test_who_left_joins_again_with_a_membership_of_its_own() -> None:
    first = make_membership(make_customer())
    cancel_membership(actor=SYSTEM, membership=first, reason="Moved away")
    second = join_club(actor=SYSTEM, customer=first.customer, club=first.club)
    assert second != first
    assert list(ClubMembership.objects.current()) == [second]


def test_a_club_names_its_tiers_and_one_without_takes_any() -> None:
    customer, named, free = make_customer(), make_club(tiers="Silver\nGold"), make_club()
    with nothing_changes(), pytest.raises(MembershipRefused, match="It has: Silver, Gold") as caught:
        join_club(actor=SYSTEM, customer=customer, club=named, tier="gold")
    assert list(caught.value.fields) == ["tier"]
    assert join_club(actor=SYSTEM, customer=customer, club=named, tier="Gold").tier == "Gold"
    assert join_club(actor=SYSTEM, customer=customer, club=free, tier="=CMD() 🍷").tier == "=CMD() 🍷"


def test_a_tier_that_the_club_no_longer_has_stays_until_it_is_changed() -> None:
    membership = make_membership(make_customer(), make_club(tiers="Gold"), tier="Platinum")
    assert update_membership(actor=SYSTEM, membership=membership, tier="Platinum", delivery_method="ship")
    with nothing_changes(), pytest.raises(MembershipRefused):
        update_membership(actor=SYSTEM, membership=membership, tier="Bronze")


def test_a_club_that_takes_nobody_or_is_gone_is_refused() -> None:
    customer, closed, gone = make_customer(), make_club(is_active=False), make_club()
    delete_club(actor=SYSTEM, club=type(gone).objects.get(pk=gone.pk))
    for club in (closed, gone):
        with nothing_changes(), pytest.raises(MembershipRefused) as caught:
            join_club(actor=SYSTEM, customer=customer, club=club)
        assert list(caught.value.fields) == ["club"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"tier": "x" * 101}, "tier"),
        ({"tier": "a\x00b"}, "tier"),
        ({"since": "soon"}, "since"),
        ({"since": None}, "since"),
        ({"delivery_method": "drone"}, "delivery_method"),
    ],
)
def test_what_makes_no_membership_is_refused_on_its_field(fields: dict[str, Any], name: str) -> None:
    membership, club = make_membership(make_customer()), make_club()
    with nothing_changes():
        for call in (
            lambda: join_club(actor=SYSTEM, customer=membership.customer, club=club, **fields),
            lambda: update_membership(actor=SYSTEM, membership=membership, **fields),
        ):
            with pytest.raises(MembershipRefused) as caught:
                call()
            assert list(caught.value.fields) == [name]


def test_two_people_on_one_membership_merge_or_are_told() -> None:
    membership, ann, bob = make_membership(make_customer()), make_staff(), make_staff()
    seen = version_of(membership)
    update_membership(actor=ann, membership=membership, tier="Gold")
    update_membership(actor=bob, membership=membership, seen=seen, tier="", delivery_method="ship")
    membership.refresh_from_db()
    assert (membership.tier, membership.delivery_method) == ("Gold", "ship")
    with nothing_changes(), pytest.raises(ChangedMeanwhile):
        update_membership(actor=bob, membership=membership, seen=seen, tier="Silver")


def test_a_hold_lasts_through_its_day_and_ends_by_itself() -> None:
    today = timezone.localdate()
    membership = hold_membership(actor=SYSTEM, membership=make_membership(make_customer()), until=today, reason="Away")
    assert (membership.status, membership.on_hold_until, newest().reason) == ("on_hold", today, "Away")
    for day, counts in ((today, False), (today + DAY, True)):
        assert membership.is_in_force(day) == counts
        assert ClubMembership.objects.in_force(day).exists() == counts
    assert ClubMembership.objects.current().exists()
    assert membership.standing.startswith("On hold until")
    membership.on_hold_until = today - DAY
    assert membership.standing.startswith("Active: the hold ended on")


def test_a_hold_without_a_day_lasts_until_somebody_resumes_it() -> None:
    membership = hold_membership(actor=SYSTEM, membership=make_membership(make_customer()))
    assert not membership.is_in_force(datetime.date(2999, 1, 1))
    assert membership.standing == "On hold"
    resumed = resume_membership(actor=SYSTEM, membership=membership)
    assert (resumed.status, resumed.on_hold_until, resumed.is_in_force()) == ("active", None, True)
    with nothing_changes():
        resume_membership(actor=SYSTEM, membership=membership)


def test_a_hold_that_ended_or_is_no_day_is_refused() -> None:
    membership = make_membership(make_customer())
    for until in (timezone.localdate() - DAY, "soon", "\x00"):
        with nothing_changes(), pytest.raises(MembershipRefused) as caught:
            hold_membership(actor=SYSTEM, membership=membership, until=until)
        assert list(caught.value.fields) == ["on_hold_until"]


def test_cancelling_says_why_and_when_and_ends_a_hold() -> None:
    ann = make_staff()
    membership = hold_membership(actor=SYSTEM, membership=make_membership(make_customer()), until=timezone.localdate())
    cancelled = cancel_membership(actor=ann, membership=membership, reason="Moved away")
    assert (cancelled.status, cancelled.cancelled_on) == ("cancelled", timezone.localdate())
    assert (cancelled.cancel_reason, cancelled.on_hold_until) == ("Moved away", None)
    assert (newest().actor, newest().reason) == (ann, "Moved away")
    assert not cancelled.is_in_force()
    with nothing_changes():
        assert cancel_membership(actor=ann, membership=membership, reason="Again").cancel_reason == "Moved away"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\x00"])
def test_cancelling_without_a_reason_is_refused(reason: str) -> None:
    membership = make_membership(make_customer())
    with nothing_changes(), pytest.raises(MembershipRefused) as caught:
        cancel_membership(actor=SYSTEM, membership=membership, reason=reason)
    assert list(caught.value.fields) == ["cancel_reason"]


def test_what_was_cancelled_is_neither_held_nor_resumed() -> None:
    membership = make_membership(make_customer(), status="cancelled", cancel_reason="Moved away")
    with nothing_changes():
        for call in (hold_membership, resume_membership):
            with pytest.raises(MembershipRefused, match=r"can join .+ anew") as caught:
                call(actor=SYSTEM, membership=membership)
            assert caught.value.code == "cancelled"


def test_a_customer_or_membership_that_is_gone_is_told() -> None:
    membership, club = make_membership(make_customer()), make_club()
    customer, signpost = membership.customer, make_customer(merged_into=make_customer())
    with recording(actor=SYSTEM):
        customer.delete()
    customer.pk = membership.customer_id
    with nothing_changes():
        for who, code in ((customer, "gone"), (signpost, "merged")):
            with pytest.raises(MembershipRefused) as caught:
                join_club(actor=SYSTEM, customer=who, club=club)
            assert caught.value.code == code
        for call in (update_membership, hold_membership, resume_membership):
            with pytest.raises(MembershipRefused) as caught:
                call(actor=SYSTEM, membership=membership)
            assert caught.value.code == "gone"
        with pytest.raises(MembershipRefused):
            cancel_membership(actor=SYSTEM, membership=membership, reason="x")


def test_a_member_is_not_deleted_before_the_membership_is_cancelled() -> None:
    membership = make_membership(make_customer(), make_club(name="Cellar Circle"), status="on_hold")
    with nothing_changes(), pytest.raises(DeleteRefused, match="member of Cellar Circle"):
        delete_customer(actor=SYSTEM, customer=membership.customer)
    cancel_membership(actor=SYSTEM, membership=membership, reason="Asked for it")
    delete_customer(actor=SYSTEM, customer=membership.customer)


def test_cancelling_is_taken_back_unless_the_customer_joined_again() -> None:
    membership = make_membership(make_customer())
    cancel_membership(actor=SYSTEM, membership=membership, reason="Mistake")
    cancelling = newest()
    again = join_club(actor=SYSTEM, customer=membership.customer, club=membership.club)
    report = revert_change_set(actor=SYSTEM, change_set=cancelling, dry_run=True)
    assert [(str(clash.kind), clash.may_overwrite) for clash in report.clashes] == [("taken", False)]
    cancel_membership(actor=SYSTEM, membership=again, reason="Twice")
    revert_change_set(actor=SYSTEM, change_set=cancelling)
    membership.refresh_from_db()
    assert (membership.status, membership.cancelled_on, membership.cancel_reason) == ("active", None, "")


def test_staff_and_managers_write_and_nobody_else() -> None:
    membership, club = make_membership(make_customer()), make_club()
    customer = membership.customer
    others = make_auditor(), make_user(permissions=("view_clubmembership",)), make_portal_user(customer)
    with nothing_changes():
        for actor in others:
            for call in (
                lambda actor=actor: join_club(actor=actor, customer=customer, club=club),
                lambda actor=actor: update_membership(actor=actor, membership=membership, tier="x"),
                lambda actor=actor: hold_membership(actor=actor, membership=membership),
                lambda actor=actor: resume_membership(actor=actor, membership=membership),
                lambda actor=actor: cancel_membership(actor=actor, membership=membership, reason="x"),
            ):
                with pytest.raises(PermissionRefused):
                    call()
    for actor in (make_staff(), make_manager()):
        joined = join_club(actor=actor, customer=make_customer(), club=club)
        hold_membership(actor=actor, membership=joined), resume_membership(actor=actor, membership=joined)
        update_membership(actor=actor, membership=joined, tier="x")
        cancel_membership(actor=actor, membership=joined, reason="x")


@on_postgresql
def test_who_joins_twice_at_once_joins_once() -> None:
    customer, club = make_customer(), make_club()
    answers = run_together(*[lambda: join_club(actor=SYSTEM, customer=customer, club=club)] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["ClubMembership"] + ["MembershipRefused"] * 3


@on_postgresql
def test_joining_a_club_that_goes_or_a_customer_who_goes_leaves_no_half() -> None:
    for delete in (
        lambda customer, club: delete_club(actor=SYSTEM, club=club),
        lambda customer, club: delete_customer(actor=SYSTEM, customer=customer),
    ):
        customer, club = make_customer(), make_club()
        joined, deleted = run_together(
            lambda c=customer, k=club: join_club(actor=SYSTEM, customer=c, club=k),
            lambda c=customer, k=club, d=delete: d(c, k),
        )
        refused = [type(answer).__name__ for answer in (joined, deleted) if isinstance(answer, Exception)]
        assert len(refused) == 1
        assert refused[0] in {"MembershipRefused", "DeleteRefused"}


def test_a_club_is_paid_with_a_method_of_the_customer_only() -> None:
    customer, club = make_customer(), make_club()
    method, others = make_payment_method(customer), make_payment_method(make_customer())
    with nothing_changes(), pytest.raises(MembershipRefused) as refused:
        join_club(actor=SYSTEM, customer=customer, club=club, payment_method=others)
    assert set(refused.value.fields) == {"payment_method"}

    assert join_club(actor=SYSTEM, customer=customer, club=club, payment_method=method).payment_method == method
