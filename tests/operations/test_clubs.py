"""Creating, changing and removing clubs."""

from typing import Any

import pytest

from customer_admin.errors import ChangedMeanwhile, ClubRefused, DeleteRefused, PermissionRefused
from customer_admin.models import SYSTEM, Club, recording
from customer_admin.operations import create_club, delete_club, restore, update_club
from customer_admin.selectors.history import version_of
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_club,
    make_customer,
    make_manager,
    make_membership,
    make_portal_user,
    make_staff,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def test_a_club_needs_a_name_and_nothing_else() -> None:
    manager = make_manager()
    club = create_club(actor=manager, name="Cellar Circle", reason="First season")
    club.refresh_from_db()
    assert (club.name, club.description, club.tier_names, club.is_active) == ("Cellar Circle", "", [], True)
    assert (newest().kind, newest().actor, newest().reason) == ("create", manager, "First season")


def test_tiers_are_lines_without_space_and_repetition() -> None:
    assert create_club(actor=SYSTEM, name="A", tiers=" Gold \r\n\nSilver\nGold").tier_names == ["Gold", "Silver"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": ""}, "name"),
        ({"name": "Taken"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"description": "half \ud800"}, "description"),
        ({"tiers": "x" * 101}, "tiers"),
    ],
)
def test_what_makes_no_club_is_refused_on_its_field(fields: dict[str, Any], name: str) -> None:
    make_club(name="Taken")
    club = make_club()
    with nothing_changes():
        for call in (
            lambda: create_club(actor=SYSTEM, **{"name": "New", **fields}),
            lambda: update_club(actor=SYSTEM, club=club, **fields),
        ):
            with pytest.raises(ClubRefused) as caught:
                call()
            assert list(caught.value.fields) == [name]


def test_two_people_on_one_club_merge_or_are_told() -> None:
    club, ann, bob = make_club(name="A", tiers="Gold"), make_manager(), make_manager()
    seen = version_of(club)
    update_club(actor=ann, club=club, tiers="Silver")
    update_club(actor=bob, club=club, seen=seen, name="B", tiers="Gold")
    club.refresh_from_db()
    assert (club.name, club.tiers) == ("B", "Silver")
    with nothing_changes(), pytest.raises(ChangedMeanwhile):
        update_club(actor=bob, club=club, seen=seen, tiers="Bronze")


def test_a_club_that_nobody_joined_is_deleted_and_comes_back() -> None:
    club = make_club(name="Short-lived")
    gone = delete_club(actor=make_manager(), club=club, reason="Mistake")
    assert (gone.kind, gone.reason, Club.objects.count()) == ("delete", "Mistake", 0)
    restore(actor=SYSTEM, change_set=gone)
    assert Club.objects.get() == club


@pytest.mark.parametrize("status", ["active", "on_hold", "cancelled"])
def test_a_club_that_somebody_ever_joined_stays(status: str) -> None:
    club = make_club()
    make_membership(make_customer(), club, status=status, cancel_reason="x")
    with nothing_changes(), pytest.raises(DeleteRefused, match="Untick “active” instead"):
        delete_club(actor=SYSTEM, club=club)


def test_a_club_that_is_gone_is_told() -> None:
    club = make_club()
    with recording(actor=SYSTEM):
        Club.objects.all().delete()
    with nothing_changes():
        for refusal, call in ((ClubRefused, update_club), (DeleteRefused, delete_club)):
            with pytest.raises(refusal, match="deleted meanwhile"):
                call(actor=SYSTEM, club=club)


def test_managers_keep_clubs_and_nobody_else() -> None:
    club, others = make_club(), (make_staff(), make_auditor(), make_portal_user(make_customer()))
    with nothing_changes():
        for actor in others:
            for call in (
                lambda actor=actor: create_club(actor=actor, name="x"),
                lambda actor=actor: update_club(actor=actor, club=club, name="x"),
                lambda actor=actor: delete_club(actor=actor, club=club),
            ):
                with pytest.raises(PermissionRefused):
                    call()
    manager = make_manager()
    delete_club(actor=manager, club=update_club(actor=manager, club=create_club(actor=manager, name="x"), name="y"))


@on_postgresql
def test_a_name_is_given_once_however_many_ask() -> None:
    answers = run_together(*[lambda: create_club(actor=SYSTEM, name="One")] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Club"] + ["ClubRefused"] * 3
