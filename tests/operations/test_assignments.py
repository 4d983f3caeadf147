"""Assigning orders: whole or not at all, in one change set, nothing but the owner."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin.errors import AssignmentRefused, PermissionRefused, RevertRefused
from customer_admin.models import SYSTEM, Actor, ActorKind, ChangeSet, Customer, Order, OrderLine, recording
from customer_admin.operations import assign_orders, delete_customer, revert_change_set
from customer_admin.operations.reverts import OVERWRITE
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_customer,
    make_manager,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
    settle,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def owners() -> dict[str, int | None]:
    return dict(Order.objects.values_list("number", "customer_id"))


def refused(*pairs: Any, seen: Any = None) -> AssignmentRefused:
    with nothing_changes(), pytest.raises(AssignmentRefused) as caught:
        assign_orders(actor=SYSTEM, assignments=pairs, seen=seen)
    return caught.value


def test_orders_go_to_customers_in_one_change_set_that_says_who_and_why() -> None:
    meg, ada, ben = make_manager("meg"), make_customer(number="T1"), make_customer(number="T2")
    make_order(None, number="S1"), make_order(ada, number="S2"), make_order(ben, number="S3")
    before = ChangeSet.objects.count()

    done = assign_orders(actor=meg, assignments=[("S1", "T1"), ("S2", "T2"), ("S3", "T2")], reason="Bought at the fair")

    assert owners() == {"S1": ada.pk, "S2": ben.pk, "S3": ben.pk}
    assert (done.assigned, done.unchanged) == (2, 1)
    assert [(each.number, each.former, each.customer) for each in done.moved] == [
        ("S1", None, ada.pk), ("S2", ada.pk, ben.pk),
    ]  # fmt: skip
    assert ChangeSet.objects.count() == before + 1
    change_set = newest()
    assert done.change_set == change_set
    assert (change_set.actor, change_set.kind, change_set.reason) == (meg, "assign", "Bought at the fair")
    assert set(change_set.touched.values_list("customer", flat=True)) == {ada.pk, ben.pk}
    rows = Order.history.filter(change_set=change_set)
    assert set(rows.values_list("number", "history_changed")) == {("S1", " customer "), ("S2", " customer ")}


def test_prices_lines_and_everything_else_stay() -> None:
    ada, ben = make_customer(number="T1"), make_customer(number="T2")
    order = make_order(ada, number="S1", lines=2, total=Decimal("12.34"), channel="Fair", invoice_layout="services")
    before, lines = Order.objects.values().get(), list(OrderLine.objects.values())
    assign_orders(actor=SYSTEM, assignments=[("S1", "T2")])
    assert Order.objects.values().get() == before | {"customer_id": ben.pk}
    assert list(OrderLine.objects.values()) == lines
    assert list(OrderLine.history.filter(order=order).exclude(history_type="+")) == []


def test_the_last_order_of_both_customers_follows() -> None:
    ada, ben, placed = make_customer(number="T1"), make_customer(number="T2"), timezone.now()
    make_order(ada, number="S1", placed_at=placed)
    assign_orders(actor=SYSTEM, assignments=[("S1", "T2")])
    assert dict(Customer.objects.values_list("pk", "last_order_at")) == {ada.pk: None, ben.pk: placed}


def test_a_second_run_changes_nothing() -> None:
    make_customer(number="T1"), make_order(None, number="S1")
    assign_orders(actor=SYSTEM, assignments=[("S1", "T1")])
    with nothing_changes():
        done = assign_orders(actor=SYSTEM, assignments=[("S1", "T1")])
    assert (done.change_set, done.assigned, done.unchanged, done.moved) == (None, 0, 1, ())


def test_nothing_to_assign_is_no_mistake() -> None:
    with nothing_changes():
        assert assign_orders(actor=SYSTEM, assignments=[]).change_set is None


@pytest.mark.parametrize("order", ["S1", " S1\t", "s1"])
@pytest.mark.parametrize("customer", ["C1001", " C1001 ", "c1001", "1001"])
def test_numbers_are_found_however_they_are_typed(order: str, customer: str) -> None:
    ada, _other = make_customer(number="C1001"), make_customer(number="C10011")
    make_order(None, number="S1"), make_order(None, number="S11")
    assign_orders(actor=SYSTEM, assignments=[(order, customer)])
    assert owners() == {"S1": ada.pk, "S11": None}


def test_the_prefix_of_the_site_may_be_left_out_or_typed_in_small_letters() -> None:
    settle(number_prefix="Wein-")
    ada = make_customer(number="Wein-7")
    for typed in ("7", "wein-7", "WEIN-7"):
        make_order(None, number=f"S {typed}")
        assign_orders(actor=SYSTEM, assignments=[(f"S {typed}", typed)])
    assert set(owners().values()) == {ada.pk}


def test_a_number_that_fits_several_is_refused_unless_it_is_written_as_one_of_them() -> None:
    settle(number_prefix="W")
    make_customer(number="C7"), make_customer(number="W7"), make_customer(number="Q9")
    make_order(None, number="s1"), make_order(None, number="S1"), make_order(None, number="S2")
    refusal = refused(("S2", "7"))
    assert "C7, W7" in refusal.errors[0]["customer"]
    make_order(None, number="ab"), make_order(None, number="Ab")
    assert set(refused(("AB", "Q9")).errors[0]) == {"order"}
    assert assign_orders(actor=SYSTEM, assignments=[("s1", "C7"), ("S1", "W7")]).assigned == 2


def test_each_wrong_row_is_told_and_nothing_is_assigned() -> None:
    make_customer(number="T1"), make_customer(number="T2")
    make_order(None, number="S1"), make_order(None, number="S2")
    refusal = refused(("S1", "T1"), ("S9", "T1"), ("S2", "T9"), ("", ""), ("S\x002", "T" * 5000))
    assert {index: set(row) for index, row in refusal.errors.items()} == {
        1: {"order"}, 2: {"customer"}, 3: {"order", "customer"}, 4: {"order", "customer"},
    }  # fmt: skip
    assert "There is no order S9." in refusal.errors[1]["order"]
    assert "There is no customer T9." in refusal.errors[2]["customer"]
    assert refusal.fields["2.customer"] == [refusal.errors[2]["customer"]]
    assert "4 rows are wrong" in refusal.message


def test_an_order_with_two_different_customers_is_refused_on_both_rows() -> None:
    make_customer(number="T1"), make_customer(number="T2"), make_order(None, number="S1")
    refusal = refused(("S1", "T1"), ("s1", "T2"))
    assert set(refusal.errors) == {0, 1}
    assert "T1, T2" in refusal.errors[0]["order"]


def test_an_order_that_stands_there_twice_with_one_customer_counts_once() -> None:
    make_customer(number="T1"), make_order(None, number="S1")
    done = assign_orders(actor=SYSTEM, assignments=[("S1", "T1"), ("s1", " t1")])
    assert (done.assigned, done.unchanged) == (1, 1)


def test_the_number_of_a_merged_account_leads_to_the_one_that_stayed() -> None:
    stayed = make_customer(number="T1")
    make_customer(number="T2", merged_into=stayed), make_order(None, number="S1")
    assign_orders(actor=SYSTEM, assignments=[("S1", "T2")])
    assert owners() == {"S1": stayed.pk}


def test_what_somebody_else_assigned_meanwhile_is_not_overwritten() -> None:
    meg, ada, ben = make_manager(first_name="Meg", last_name="Hill"), make_customer(number="T1"), make_customer()
    order, other = make_order(None, number="S1"), make_order(None, number="S2")
    seen = {order.pk: None, other.pk: None}
    assign_orders(actor=meg, assignments=[("S1", ben.number)])
    refusal = refused(("S1", "T1"), ("S2", "T1"), seen=seen)
    assert set(refusal.errors) == {0}
    assert f"Meg Hill gave this order to {ben} meanwhile" in refusal.errors[0]["order"]
    assert assign_orders(actor=SYSTEM, assignments=[("S1", "T1")], seen={order.pk: ben.pk}).assigned == 1
    assert owners()["S1"] == ada.pk


def test_what_somebody_else_did_meanwhile_in_the_same_way_is_no_clash() -> None:
    order, ada = make_order(None, number="S1"), make_customer(number="T1")
    assign_orders(actor=SYSTEM, assignments=[("S1", "T1")])
    with nothing_changes():
        done = assign_orders(actor=SYSTEM, assignments=[("S1", "T1")], seen={order.pk: None})
    assert (done.assigned, owners()) == (0, {"S1": ada.pk})


def test_who_may_not_is_refused() -> None:
    ada = make_customer(number="T1")
    make_order(None, number="S1")
    strangers = [make_staff(), make_auditor(), make_user(permissions=("view_order",)), make_portal_user(ada)]
    strangers.append(Actor(kind=ActorKind.INTEGRATION, label="Till"))
    for actor in strangers:
        with nothing_changes(), pytest.raises(PermissionRefused):
            assign_orders(actor=actor, assignments=[("S1", "T1")])


def test_many_orders_take_as_many_queries_as_few() -> None:
    def asked(count: int) -> int:
        former, taker = [make_customer() for _each in range(count)], [make_customer() for _each in range(count)]
        orders = [make_order(customer) for customer in former]
        pairs = [(order.number, customer.number) for order, customer in zip(orders, taker, strict=True)]
        with CaptureQueriesContext(connection) as queries:
            assert assign_orders(actor=SYSTEM, assignments=pairs).assigned == count
        return len(queries)

    assert asked(30) == asked(3) <= 25


def test_an_auditor_takes_it_back_as_one_step_and_may_not_assign() -> None:
    ada, ben, auditor = make_customer(number="T1"), make_customer(number="T2"), make_auditor()
    make_order(None, number="S1"), make_order(ada, number="S2")
    before = owners()
    done = assign_orders(actor=SYSTEM, assignments=[("S1", "T2"), ("S2", "T2")])
    assert done.change_set is not None
    report = revert_change_set(actor=auditor, change_set=done.change_set, reason="Wrong list")
    assert owners() == before
    assert report.change_set is not None
    assert {ben.pk, ada.pk} == set(report.change_set.touched.values_list("customer", flat=True))
    assert set(Customer.objects.values_list("pk", "last_order_at")) == {
        (ada.pk, Order.objects.get(number="S2").placed_at), (ben.pk, None),
    }  # fmt: skip
    assert revert_change_set(actor=auditor, change_set=report.change_set).change_set is not None
    assert set(owners().values()) == {ben.pk}


def test_an_order_that_was_assigned_again_is_the_only_clash() -> None:
    ada, ben = make_customer(number="T1"), make_customer(number="T2")
    order = make_order(None, number="S1")
    make_order(None, number="S2")
    done = assign_orders(actor=SYSTEM, assignments=[("S1", "T1"), ("S2", "T1")])
    assert done.change_set is not None
    assign_orders(actor=SYSTEM, assignments=[("S1", "T2")])
    with nothing_changes(), pytest.raises(RevertRefused) as refusal:
        revert_change_set(actor=SYSTEM, change_set=done.change_set)
    assert [clash.key for clash in refusal.value.report.clashes] == [f"customer_admin.order:{order.pk}:customer"]
    revert_change_set(actor=SYSTEM, change_set=done.change_set, resolve={"*": "keep"})
    assert owners() == {"S1": ben.pk, "S2": None}
    revert_change_set(actor=SYSTEM, change_set=done.change_set, resolve={"*": OVERWRITE})
    assert owners() == {"S1": None, "S2": None}
    assert ada.orders.count() == 0


def test_inside_another_recording_it_joins_that_one() -> None:
    make_customer(number="T1"), make_order(None, number="S1")
    with recording(actor=SYSTEM, kind="import", reason="From the till") as outer:
        done = assign_orders(actor=SYSTEM, assignments=[("S1", "T1")])
    assert done.change_set == outer.change_set == newest()


def many(count: int) -> tuple[list[str], list[str]]:
    customers = [make_customer().number for _each in range(count)]
    return [make_order(None).number for _each in range(count)], customers


def assigning(orders: list[str], customers: list[str], seen: Any = None) -> Any:
    return lambda: assign_orders(actor=SYSTEM, assignments=zip(orders, customers, strict=True), seen=seen)


@on_postgresql
def test_two_who_assign_the_same_orders_the_other_way_round_wait_for_each_other() -> None:
    orders, customers = many(20)
    for _round in range(10):
        answers = run_together(
            assigning(orders, customers), assigning(orders[::-1], customers), assigning(orders, customers[::-1])
        )
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        by_number = dict(Customer.objects.values_list("pk", "number"))
        given = [by_number[owners()[order]] for order in orders]
        assert given in (customers, customers[::-1])


@on_postgresql
def test_a_double_click_has_one_effect() -> None:
    orders, customers = many(5)
    seen = dict.fromkeys(Order.objects.values_list("pk", flat=True))
    before = ChangeSet.objects.count()
    answers = run_together(assigning(orders, customers, seen), assigning(orders, customers, seen))
    assert sorted(answer.assigned for answer in answers) == [0, 5]
    assert ChangeSet.objects.count() == before + 1


@on_postgresql
def test_of_two_who_saw_the_same_the_second_is_told_of_the_first() -> None:
    orders, customers = many(5)
    seen = dict.fromkeys(Order.objects.values_list("pk", flat=True))
    answers = run_together(assigning(orders, customers, seen), assigning(orders, customers[1:] + customers[:1], seen))
    (refusal,) = (answer for answer in answers if isinstance(answer, Exception))
    assert isinstance(refusal, AssignmentRefused)
    assert all("meanwhile" in row["order"] for row in refusal.errors.values())


@on_postgresql
def test_a_customer_who_is_deleted_meanwhile_keeps_no_order() -> None:
    for _round in range(10):
        former, taker = make_customer(), make_customer()
        order = make_order(former)
        answers = run_together(
            lambda former=former: delete_customer(actor=SYSTEM, customer=former),
            assigning([order.number], [taker.number]),
            lambda taker=taker: delete_customer(actor=SYSTEM, customer=taker),
        )
        for answer in answers:
            assert not isinstance(answer, Exception) or isinstance(answer, AssignmentRefused), answer
        order.refresh_from_db()
        assert order.customer_id is None
