"""The search through all customers, what is kept of it, and the decision that two are not the same."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Site

from customer_admin import tasks
from customer_admin.errors import PermissionRefused
from customer_admin.models import SYSTEM, Customer, DuplicateDismissal, DuplicatePair, DuplicateSearch, recording
from customer_admin.operations import (
    create_customer,
    delete_customer,
    dismiss_duplicates,
    find_duplicates,
    look_again,
    merge_customers,
    revert_change_set,
    start_search,
    update_customer,
)
from customer_admin.operations.duplicates import write_pairs
from customer_admin.selectors.deletions import consequences_of_deleting
from customer_admin.selectors.duplicates import FoundPair
from tests.change_sets import newest
from tests.factories import make_auditor, make_customer, make_manager, make_staff
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
ADA: dict[str, Any] = {
    "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": "030 1234567",
    "birth_date": date(1980, 5, 12),
}  # fmt: skip


@pytest.fixture
def twice() -> tuple[Customer, Customer]:
    for number in range(20):
        make_customer(first_name=f"Person{number}", last_name=f"Nobody{number}", email="")
    return make_customer(**ADA), make_customer(**ADA)


def open_keys() -> set[tuple[int, int]]:
    return set(DuplicatePair.objects.open().values_list("first_id", "second_id"))


def test_the_search_keeps_the_pairs_with_certainty_and_reasons(twice: tuple[Customer, Customer]) -> None:
    told: list[float] = []
    mia = make_manager("mia")
    search = find_duplicates(actor=mia, told=told.append)
    assert search is not None
    assert (search.status, search.customers, search.pairs, search.progress) == ("done", 22, 1, 1.0)
    assert search.started_by_label == mia.get_username()
    assert told == sorted(told)
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second) == twice
    assert pair.level == "certain"
    assert pair.reasons == ["same_name", "same_email", "same_phone", "same_born"]


def test_a_second_search_finds_the_same_and_forgets_what_is_no_more(twice: tuple[Customer, Customer]) -> None:
    find_duplicates(actor=SYSTEM)
    key = DuplicatePair.objects.get().pk
    find_duplicates(actor=SYSTEM)
    assert DuplicatePair.objects.get().pk == key
    changed = {"first_name": "Grace", "last_name": "Hopper", "email": "", "phone": "", "birth_date": None}
    update_customer(actor=SYSTEM, customer=twice[1], **changed)
    find_duplicates(actor=SYSTEM)
    assert not DuplicatePair.objects.exists()


def test_customers_of_two_sites_are_no_pair(twice: tuple[Customer, Customer]) -> None:
    other = Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page)
    elsewhere = make_customer(**ADA, site=other)
    find_duplicates(actor=SYSTEM)
    assert open_keys() == {(twice[0].pk, twice[1].pk)}
    update_customer(actor=SYSTEM, customer=elsewhere, company="Elsewhere")
    assert look_again() > 0
    assert open_keys() == {(twice[0].pk, twice[1].pk)}


def test_an_empty_base_is_searched_as_well() -> None:
    search = find_duplicates(actor=SYSTEM)
    assert search is not None
    assert (search.status, search.pairs) == ("done", 0)


@pytest.mark.parametrize("make", [make_staff, make_auditor])
def test_who_may_not_decide_may_neither_search_nor_dismiss(make: Any, twice: tuple[Customer, Customer]) -> None:
    actor = make()
    with nothing_changes():
        for call in (
            lambda: find_duplicates(actor=actor),
            lambda: start_search(actor=actor),
            lambda: dismiss_duplicates(actor=actor, pairs=[twice]),
        ):
            with pytest.raises(PermissionRefused):
                call()
    assert not DuplicateSearch.objects.exists()


def test_of_two_searches_at_once_there_is_one(twice: tuple[Customer, Customer]) -> None:
    mia = make_manager()
    search = start_search(actor=mia)
    assert start_search(actor=mia) == search
    tasks.find_duplicates(search.pk)
    assert find_duplicates(actor=SYSTEM, search=search) is None
    assert start_search(actor=mia) != search


@on_postgresql
def test_of_two_searches_at_the_same_moment_there_is_one() -> None:
    find_duplicates(actor=SYSTEM)
    mia = make_manager()
    started = run_together(*[lambda: start_search(actor=mia)] * 2)
    assert started[0] == started[1]
    assert DuplicateSearch.objects.count() == 2


def test_pairs_are_written_in_one_order(twice: tuple[Customer, Customer]) -> None:
    third = make_customer(**ADA)
    found = [FoundPair(*keys, 0.9, "likely", []) for keys in ((twice[0].pk, third.pk), (twice[0].pk, twice[1].pk))]
    assert write_pairs(found, timezone.now()) == 2
    pairs = DuplicatePair.objects.order_by("pk").values_list("second", flat=True)
    assert list(pairs) == [twice[1].pk, third.pk]


def test_nothing_is_decided_about_who_was_merged_meanwhile(twice: tuple[Customer, Customer]) -> None:
    merge_customers(actor=SYSTEM, survivor=twice[0], duplicates=[twice[1]])
    with nothing_changes():
        done = dismiss_duplicates(actor=SYSTEM, pairs=[twice])
    assert (done.change_set, done.changed) == (None, 0)


def test_a_failed_search_says_so_and_another_can_start(
    twice: tuple[Customer, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    search = start_search(actor=SYSTEM)

    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("customer_admin.operations.duplicates.WholeBase", fail)
    with pytest.raises(RuntimeError):
        find_duplicates(actor=SYSTEM, search=search)
    search.refresh_from_db()
    assert search.status == "failed"
    assert start_search(actor=SYSTEM) != search


def test_a_decision_says_who_and_why_and_later_searches_remember_it(twice: tuple[Customer, Customer]) -> None:
    find_duplicates(actor=SYSTEM)
    mia = make_manager("mia")
    done = dismiss_duplicates(actor=mia, pairs=DuplicatePair.objects.all(), reason="Cousins")
    assert (done.changed, done.unchanged) == (1, 0)
    assert done.change_set == newest()
    assert (newest().actor, newest().reason) == (mia, "Cousins")
    assert open_keys() == set()
    find_duplicates(actor=SYSTEM)
    assert open_keys() == set()
    assert DuplicatePair.objects.dismissed().count() == 1


def test_a_decision_that_is_taken_back_opens_the_pair_again(twice: tuple[Customer, Customer]) -> None:
    find_duplicates(actor=SYSTEM)
    done = dismiss_duplicates(actor=SYSTEM, pairs=[(twice[1], twice[0])])
    assert done.change_set is not None
    revert_change_set(actor=SYSTEM, change_set=done.change_set)
    assert open_keys() == {(twice[0].pk, twice[1].pk)}


def test_deciding_twice_changes_nothing(twice: tuple[Customer, Customer]) -> None:
    dismiss_duplicates(actor=SYSTEM, pairs=[twice])
    with nothing_changes():
        done = dismiss_duplicates(actor=SYSTEM, pairs=[twice, twice[::-1], (twice[0], twice[0]), (98, 99)])
    assert (done.change_set, done.changed, done.unchanged) == (None, 0, 1)
    assert DuplicateDismissal.objects.count() == 1


def test_pairs_hinder_no_deletion_and_are_no_loss(twice: tuple[Customer, Customer]) -> None:
    find_duplicates(actor=SYSTEM)
    assert consequences_of_deleting(twice[0]) == []
    delete_customer(actor=SYSTEM, customer=twice[0])
    assert not DuplicatePair.objects.exists()


def test_pairs_of_the_merged_are_not_open(twice: tuple[Customer, Customer]) -> None:
    find_duplicates(actor=SYSTEM)
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=twice[1].pk).update(merged_into=twice[0])
    assert open_keys() == set()


def test_after_a_search_the_pairs_follow_what_is_written(twice: tuple[Customer, Customer]) -> None:
    assert look_again() == 0
    find_duplicates(actor=SYSTEM)
    third = create_customer(actor=SYSTEM, **ADA)
    assert look_again() == 1
    assert (twice[0].pk, third.pk) in open_keys()
    assert look_again() == 0
    changed = {"first_name": "Grace", "last_name": "Hopper", "email": "", "phone": "", "birth_date": None}
    update_customer(actor=SYSTEM, customer=third, **changed)
    look_again()
    assert open_keys() == {(twice[0].pk, twice[1].pk)}


def test_a_worker_looks_again_and_runs_a_search_whose_message_was_lost(
    twice: tuple[Customer, Customer], settings: Any
) -> None:
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "DUPLICATES_INTERVAL": timedelta(0)}
    search = start_search(actor=SYSTEM)
    tasks.keep_duplicates()
    search.refresh_from_db()
    assert search.status == "done"
    assert len(open_keys()) == 1


def test_a_search_whose_worker_was_killed_is_started_again_once(
    twice: tuple[Customer, Customer], settings: Any
) -> None:
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "DUPLICATES_INTERVAL": timedelta(0)}
    find_duplicates(actor=SYSTEM)

    def be_killed(minutes: int) -> DuplicateSearch:
        search = start_search(actor=SYSTEM)
        seen_at = timezone.now() - timedelta(minutes=minutes)
        DuplicateSearch.objects.filter(pk=search.pk).update(status="running", seen_at=seen_at)
        return search

    slow = be_killed(14)
    tasks.keep_duplicates()
    assert start_search(actor=SYSTEM) == slow
    lost = be_killed(16)
    tasks.keep_duplicates()
    assert list(DuplicateSearch.objects.values_list("status", flat=True)) == ["done", "failed", "done"]
    lost.refresh_from_db()
    assert (lost.status, lost.finished_at is not None) == ("failed", True)
    be_killed(16)
    DuplicateSearch.objects.filter(status="done", pk__gt=lost.pk).update(status="failed")
    tasks.keep_duplicates()
    assert list(DuplicateSearch.objects.values_list("status", flat=True)) == ["failed", "failed", "failed", "done"]


def test_the_command_says_what_it_found(twice: tuple[Customer, Customer], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("find_duplicates")
    assert "22 customers looked at, 1 pairs that may be the same." in capsys.readouterr().out
