"""The history of accounts that were merged is one."""

import pytest

from customer_admin.models import SYSTEM, ChangeSet, Customer, recording
from customer_admin.operations import merge_customers, revert_change_set
from customer_admin.selectors.signposts import keys_of_account
from customer_admin.selectors.timelines import change_sets_of_customer, changes_for_customer
from tests.change_sets import edited, newest
from tests.factories import make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


def merge(survivor: Customer, *duplicates: Customer) -> ChangeSet:
    done = merge_customers(actor=SYSTEM, survivor=survivor, duplicates=duplicates)
    assert done.change_set is not None
    return done.change_set


def test_an_account_is_known_by_all_its_keys() -> None:
    stays, goes, other = make_customer(), make_customer(), make_customer()
    assert keys_of_account(stays.pk) == [stays.pk]
    merge(goes, other)
    merge(stays, goes)
    assert keys_of_account(stays.pk) == [stays.pk, goes.pk, other.pk]


def test_both_timelines_live_on_in_one() -> None:
    stays, goes = make_customer(), make_customer()
    made = set(change_sets_of_customer(stays)) | set(change_sets_of_customer(goes))
    with recording(actor=SYSTEM):
        make_note(goes, body="Before")
    noted = newest()
    change_set = merge(stays, goes)
    assert list(change_sets_of_customer(stays)[:2]) == [change_set, noted]
    assert set(change_sets_of_customer(stays)) == made | {noted, change_set}


def test_the_rows_of_both_are_told() -> None:
    stays, goes = make_customer(first_name="Ada"), make_customer(first_name="Adah")
    before = edited(goes, first_name="A.")
    order = make_order(goes)
    change_set = merge(stays, goes)
    told = changes_for_customer([before, change_set], stays)
    assert [change.title for change in told[before.pk].rows] == [f"A. {goes.last_name} ({goes.number})"]
    told_of = {(change.model, change.key) for change in told[change_set.pk].rows}
    assert {(Customer, goes.pk), (type(order), order.pk)} <= told_of


def test_what_was_changed_in_the_account_that_went_can_be_taken_back_from_the_one_that_stays() -> None:
    stays, goes = make_customer(), make_customer(phone="1")
    change_set = edited(goes, phone="2")
    merge(stays, goes)
    report = revert_change_set(actor=SYSTEM, change_set=change_set, customer=stays)
    assert [row.ref for row in report.rows] == [f"customer_admin.customer:{goes.pk}"]


def test_a_history_of_many_accounts_is_asked_with_few_questions(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    stays = make_customer()
    merge(stays, *(make_customer() for _each in range(10)))
    with django_assert_num_queries(2):
        assert len(change_sets_of_customer(stays)) == 12
