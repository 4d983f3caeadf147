"""Many rows deleted at once: one change set, all or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.errors import DeleteRefused, PermissionRefused
from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Club, Customer, CustomerClass, PortalLogin
from customer_admin.operations import (
    bulk_deletions,
    delete_classes,
    delete_clubs,
    delete_customers,
    delete_notes,
    restore,
    revert_change_set,
)
from tests.change_sets import newest
from tests.factories import (
    make_address,
    make_class,
    make_club,
    make_customer,
    make_login,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_user,
    settle,
)
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

KINDS = [
    (delete_classes, "classes", CustomerClass, make_class),
    (delete_clubs, "clubs", Club, make_club),
    (delete_notes, "notes", AccountNote, lambda: make_note(make_customer())),
]


def some(count: int, **fields: Any) -> list[Customer]:
    return [make_customer(last_name=f"Person {number}", **fields) for number in range(count)]


def test_customers_are_deleted_with_what_goes_along_and_come_back_together() -> None:
    max_, customers = make_manager("max"), some(3)
    make_address(customers[0])
    login, order = make_login(customers[1]), make_order(customers[2])
    done = delete_customers(actor=max_, customers=[*customers, 99_999], reason="Asked by letter")
    assert (done.changed, done.gone) == (3, 1)
    assert not Customer.all_objects.exists()
    login.user.refresh_from_db()
    order.refresh_from_db()
    assert (login.user.is_active, order.customer) == (False, None)
    change_set = newest()
    assert done.change_set == change_set
    assert (change_set.actor, change_set.kind, change_set.reason) == (max_, "delete", "Asked by letter")
    restore(actor=max_, change_set=change_set)
    assert Customer.objects.count() == 3
    assert PortalLogin.objects.get().user.is_active
    with nothing_changes():
        assert delete_customers(actor=max_, customers=[99_999]).change_set is None


def test_one_that_can_not_be_deleted_keeps_all() -> None:
    free, busy, merged = make_customer(), make_customer(last_name="Busy"), make_customer(last_name="Survivor")
    make_order(busy, status="open"), make_order(busy, status="open")
    make_customer(merged_into=merged)
    with nothing_changes(), pytest.raises(DeleteRefused) as refused:
        delete_customers(actor=SYSTEM, customers=[free, busy, merged])
    assert f"{busy}: 2 orders are still open." in refused.value.message
    assert f"{merged}: Other accounts were merged into this one." in refused.value.message
    assert str(free) not in refused.value.message


def test_of_many_obstacles_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_deletions, "TOLD", 1)
    customers = some(3)
    for customer in customers:
        make_order(customer, status="open")
    with pytest.raises(DeleteRefused) as refused:
        delete_customers(actor=SYSTEM, customers=customers)
    assert refused.value.message.endswith("The same holds for 2 more.")


def test_more_than_memory_is_made_for_are_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_deletions, "MOST_TO_DELETE", 1)
    customers = some(2)
    with nothing_changes(), pytest.raises(DeleteRefused) as refused:
        delete_customers(actor=SYSTEM, customers=customers)
    assert refused.value.code == "too_many"


@pytest.mark.parametrize(("delete", "name", "model", "make"), KINDS)
def test_rows_go_in_one_change_set_and_come_back(delete: Any, name: str, model: Any, make: Any) -> None:
    max_, rows = make_manager("max"), [make(), make()]
    before = ChangeSet.objects.count()
    done = delete(actor=max_, reason="Old", **{name: [rows[0], rows[1].pk, rows[1], 99_999]})
    assert (done.changed, done.gone) == (2, 1)
    assert not model.objects.exists()
    assert ChangeSet.objects.count() == before + 1
    assert (newest(), newest().actor, newest().kind, newest().reason) == (done.change_set, max_, "delete", "Old")
    revert_change_set(actor=max_, change_set=done.change_set)
    assert set(model.objects.all()) == set(rows)


@pytest.mark.parametrize(("delete", "name", "model", "make"), KINDS)
def test_who_may_not_delete_one_may_not_delete_several(delete: Any, name: str, model: Any, make: Any) -> None:
    rows, stranger = [make()], make_user(permissions=(f"view_{model._meta.model_name}",))
    with nothing_changes(), pytest.raises(PermissionRefused):
        delete(actor=stranger, **{name: rows})


@pytest.mark.parametrize(("delete", "name", "model", "make"), KINDS)
def test_no_kind_of_row_is_deleted_beyond_the_limit(
    monkeypatch: pytest.MonkeyPatch, delete: Any, name: str, model: Any, make: Any
) -> None:
    monkeypatch.setattr(bulk_deletions, "MOST_TO_DELETE", 1)
    rows = [make(), make()]
    with nothing_changes(), pytest.raises(DeleteRefused, match="No more than 1") as refused:
        delete(actor=SYSTEM, **{name: rows})
    assert refused.value.code == "too_many"


@pytest.mark.parametrize(("delete", "name", "model", "make"), KINDS)
def test_many_rows_take_as_many_queries_as_few(delete: Any, name: str, model: Any, make: Any) -> None:
    def asked(rows: list[Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            delete(actor=SYSTEM, **{name: rows})
        return len(queries)

    rows = [make() for _ in range(12)]
    assert asked(rows[:2]) == asked(rows[2:])


def test_a_class_in_use_or_given_by_a_site_keeps_all() -> None:
    free, used, given = make_class(), make_class(), make_class()
    make_customer(customer_class=used), settle(default_class=given)
    with nothing_changes(), pytest.raises(DeleteRefused) as refused:
        delete_classes(actor=SYSTEM, classes=[free, used, given])
    assert f"{used}: Customers have this class." in refused.value.message
    assert f"{given}: New customers of" in refused.value.message
    assert str(free) not in refused.value.message.split()


def test_a_club_that_somebody_ever_joined_keeps_all() -> None:
    free, joined = make_club(), make_membership(make_customer()).club
    with nothing_changes(), pytest.raises(DeleteRefused) as refused:
        delete_clubs(actor=SYSTEM, clubs=[free, joined])
    assert f"{joined}: Customers are or were members" in refused.value.message
