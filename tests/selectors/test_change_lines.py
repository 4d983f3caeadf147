"""Changes as lines, one for each changed field."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Customer, Order, recording
from customer_admin.selectors import change_lines
from customer_admin.selectors.change_lines import Line, lines_of
from tests.factories import make_class, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


def newest_lines(count: int = 1) -> list[Line]:
    newest = ChangeSet.objects.order_by("-closed").values("pk")[:count]
    return list(lines_of(ChangeSet.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))))


def test_each_changed_field_is_a_line_with_all_that_is_known() -> None:
    customer = make_customer(number="C7", first_name="Ada", last_name="Stone", phone="")
    with recording(actor=SYSTEM, kind="edit", reason="Asked by phone") as current:
        Customer.objects.filter(pk=customer.pk).update(first_name="Grace", phone="555")
    first, second = newest_lines()
    assert (first.person, first.acting_as, first.kind, first.reason, first.source, first.number) == (
        "System",
        "System",
        "Edit",
        "Asked by phone",
        "Command",
        current.change_set.pk,
    )
    assert (first.record_type, first.record, first.customers, first.change) == (
        "Customer",
        "Grace Stone (C7)",
        "C7",
        "changed",
    )
    assert [(line.field, line.before, line.after) for line in (first, second)] == [
        ("First name", "Ada", "Grace"),
        ("Phone", "", "555"),
    ]
    assert first.when == current.change_set.created_at


def test_the_newest_change_set_comes_first_however_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer(first_name="0")
    for number in range(1, 6):
        with recording(actor=SYSTEM):
            Customer.objects.filter(pk=customer.pk).update(first_name=f"{number}")
            AccountNote.objects.bulk_create(AccountNote(customer=customer, body=f"{number}.{n}") for n in range(3))
    whole = newest_lines(6)
    assert [line.after for line in whole if line.field == "First name"][:5] == ["5", "4", "3", "2", "1"]
    for change_sets, rows in ((2, 1000), (200, 1), (1, 2), (3, 5)):
        monkeypatch.setattr(change_lines, "CHANGE_SETS", change_sets)
        monkeypatch.setattr(change_lines, "ROWS", rows)
        assert newest_lines(6) == whole


def test_a_row_that_moved_names_both_customers_and_a_line_that_of_its_order() -> None:
    giver, taker = make_customer(number="C1"), make_customer(number="C2")
    order = make_order(giver, lines=1)
    with recording(actor=SYSTEM):
        Order.objects.update(customer=taker)
        order.lines.update(quantity=3)
    assert {(line.record_type, line.customers) for line in newest_lines()} == {
        ("Order", "C1, C2"),
        ("Order line", "C2"),
    }


def test_customers_and_orders_that_are_gone_keep_their_numbers() -> None:
    customer = make_customer(number="C1")
    order = make_order(customer, lines=1)
    with recording(actor=SYSTEM):
        order.lines.update(quantity=3)
    with recording(actor=SYSTEM):
        order.delete()
        Customer.objects.all().delete()
    lines = list(lines_of(ChangeSet.objects.all()))
    assert {line.customers for line in lines if line.record_type in ("Customer", "Order", "Order line")} == {"C1"}


def test_a_record_that_belongs_to_nobody_has_no_number() -> None:
    make_class(name="Retail")
    assert {(line.record, line.customers) for line in newest_lines()} == {("Retail", "")}


def test_what_is_concealed_is_never_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountNote, "concealed_fields", ("body",))
    make_note(make_customer(), body="Secret one")
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="Secret two")
    lines = list(lines_of(ChangeSet.objects.all()))
    assert "Secret" not in repr(lines)
    assert next((line.field, line.before, line.after) for line in lines) == ("Note", "(not shown)", "(not shown)")


def test_the_queries_do_not_grow_with_the_change_sets() -> None:
    def queries(count: int) -> int:
        customer: Any = make_customer()
        for number in range(count):
            with recording(actor=SYSTEM):
                Customer.objects.filter(pk=customer.pk).update(phone=f"{number}")
        newest = list(ChangeSet.objects.order_by("-closed").values_list("pk", flat=True)[:count])
        with CaptureQueriesContext(connection) as captured:
            assert len(list(lines_of(ChangeSet.objects.filter(pk__in=newest)))) == count
        return len(captured)

    assert queries(60) == queries(2) <= 10
