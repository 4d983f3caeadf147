"""What a change set changed, in words for people."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Customer,
    CustomerClass,
    Order,
    OrderLine,
    recording,
)
from customer_admin.selectors.changes import RowChange
from customer_admin.selectors.timelines import (
    change_sets_of_customer,
    change_sets_of_row,
    changes_for_customer,
    changes_for_row,
)
from tests.factories import make_address, make_class, make_customer, make_note, make_order, make_user

pytestmark = pytest.mark.django_db


def newest_changes(customer: Customer) -> list[RowChange]:
    newest = change_sets_of_customer(customer)[:1]
    return changes_for_customer(list(newest), customer)[newest[0].pk].rows


def fields_of(change: RowChange) -> dict[str, tuple[str, str]]:
    return {field.name: (field.before, field.after) for field in change.fields}


def test_a_new_row_shows_what_was_entered() -> None:
    kept_class = make_class(name="Retail")
    customer = make_customer(
        number="C1", first_name="Ada", last_name="Stone", customer_class=kept_class, notify_marketing=True, language=""
    )
    (change,) = newest_changes(customer)
    assert (change.model, change.key, change.kind, change.title) == (Customer, customer.pk, "created", "Ada Stone (C1)")
    assert change.model_name == "Customer"
    assert fields_of(change) == {
        "number": ("", "C1"),
        "site": ("", str(customer.site)),
        "customer_class": ("", "Retail"),
        "first_name": ("", "Ada"),
        "last_name": ("", "Stone"),
        "notify_marketing": ("", "Yes"),
    }


def test_a_changed_row_shows_before_and_after() -> None:
    customer = make_customer(first_name="Ada", tax_exempt=False)
    old, new = make_class(name="Old"), make_class(name="New")
    with recording(actor=SYSTEM):
        Customer.objects.update(customer_class=old, birth_date=datetime.date(1970, 1, 31))
    with recording(actor=SYSTEM):
        Customer.objects.update(
            first_name="Grace", tax_exempt=True, customer_class=new, birth_date=datetime.date(1971, 12, 1)
        )
    (change,) = newest_changes(customer)
    assert change.kind == "changed"
    assert fields_of(change) == {
        "customer_class": ("Old", "New"),
        "first_name": ("Ada", "Grace"),
        "birth_date": ("Jan. 31, 1970", "Dec. 1, 1971"),
        "tax_exempt": ("No", "Yes"),
    }
    assert [field.label for field in change.fields] == ["Class", "First name", "Birth date", "Tax exempt"]


def test_a_deleted_row_shows_what_it_was() -> None:
    customer = make_customer()
    note = make_note(customer, body="Beware of the dog", kind="delivery", alert_clerk=True)
    key = note.pk
    with recording(actor=SYSTEM):
        note.delete()
    (change,) = newest_changes(customer)
    assert (change.model, change.key, change.kind, change.title) == (AccountNote, key, "deleted", "Beware of the dog")
    assert fields_of(change) == {
        "kind": ("Delivery", ""),
        "body": ("Beware of the dog", ""),
        "alert_clerk": ("Yes", ""),
    }


def test_a_row_that_came_and_went_in_one_change_set_is_not_shown() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        make_note(customer).delete()
        make_address(customer)
    changes = changes_for_customer([current.change_set], customer)[current.change_set.pk].rows
    assert [(change.model, change.kind) for change in changes] == [(Address, "created")]


def test_several_writes_of_one_change_set_are_one_change() -> None:
    customer = make_customer(first_name="1")
    with recording(actor=SYSTEM):
        for name in ("2", "3", "4"):
            Customer.objects.update(first_name=name)
    assert [fields_of(change) for change in newest_changes(customer)] == [{"first_name": ("1", "4")}]


def test_a_new_row_that_is_changed_at_once_is_new() -> None:
    with recording(actor=SYSTEM):
        customer = make_customer(first_name="1")
        Customer.objects.update(first_name="2")
    (change,) = newest_changes(customer)
    assert change.kind == "created"
    assert fields_of(change)["first_name"] == ("", "2")


def test_a_changed_row_that_is_deleted_at_once_shows_what_it_was_last() -> None:
    customer = make_customer()
    note = make_note(customer, body="1")
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="2")
        note.delete()
    (change,) = newest_changes(customer)
    assert (change.kind, fields_of(change)) == ("deleted", {"body": ("2", "")})


def test_a_row_that_comes_back_is_new() -> None:
    customer = make_customer()
    note = make_note(customer, body="1")
    key = note.pk
    with recording(actor=SYSTEM):
        note.delete()
    with recording(actor=SYSTEM):
        AccountNote(pk=key, customer=customer, body="1").save()
    (change,) = newest_changes(customer)
    assert change.kind == "created"


def test_names_of_rows_that_are_gone_say_so() -> None:
    customer_class = make_class(name="Old")
    customer = make_customer(customer_class=customer_class)
    with recording(actor=SYSTEM):
        Customer.objects.update(customer_class=None)
        customer_class.delete()
    (change,) = newest_changes(customer)
    assert fields_of(change) == {"customer_class": ("Old, deleted", "")}


def test_amounts_times_and_choices_read_as_people_write_them() -> None:
    customer = make_customer()
    placed = timezone.make_aware(datetime.datetime(2026, 3, 1, 14, 5))
    make_order(
        customer,
        number="SO-1",
        placed_at=placed,
        total=Decimal("1234.50"),
        status="cancelled",
        invoice_layout="business_2",
    )
    (change,) = newest_changes(customer)
    assert fields_of(change) == {
        "number": ("", "SO-1"),
        "placed_at": ("", "03/01/2026 2:05 p.m."),
        "status": ("", "Cancelled"),
        "invoice_layout": ("", "Business 2"),
        "currency": ("", "USD"),
        "total": ("", "1234.50"),
    }


def test_an_order_that_moves_shows_with_both_customers() -> None:
    first, second, third = make_customer(first_name="A"), make_customer(first_name="B"), make_customer()
    order = make_order(first, number="SO-1")
    with recording(actor=SYSTEM):
        Order.objects.update(customer=second)
    for customer in (first, second):
        (change,) = newest_changes(customer)
        assert (change.model, change.key, change.kind) == (Order, order.pk, "changed")
        assert fields_of(change) == {"customer": (str(first), str(second))}
    assert change_sets_of_customer(third).count() == 1


def test_a_bulk_change_shows_each_customer_only_what_is_theirs() -> None:
    with recording(actor=SYSTEM, kind="import") as current:
        customers = [make_customer(first_name=str(n)) for n in range(3)]
        for customer in customers:
            make_order(customer, lines=2)
        make_class()
    for customer in customers:
        changes = changes_for_customer([current.change_set], customer)[current.change_set.pk].rows
        assert sorted(change.model.__name__ for change in changes) == ["Customer", "Order", "OrderLine", "OrderLine"]
        assert [change.key for change in changes if change.model is Customer] == [customer.pk]
        own = set(OrderLine.objects.filter(order__customer=customer).values_list("pk", flat=True))
        assert {change.key for change in changes if change.model is OrderLine} == own


def test_the_timeline_is_in_the_order_of_commits() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM, reason="first key, last commit"):
        make_address(customer)
        with recording(actor=SYSTEM, reason="own", separate=True):
            make_note(customer)
    assert list(change_sets_of_customer(customer).values_list("reason", flat=True)) == [
        "first key, last commit",
        "own",
        "Test data",
    ]


def test_the_history_of_one_row_is_its_own() -> None:
    first, second = make_class(name="A"), make_class(name="B")
    with recording(actor=SYSTEM, reason="both"):
        CustomerClass.objects.update(free_tastings=3)
    with recording(actor=SYSTEM, reason="second"):
        CustomerClass.objects.filter(pk=second.pk).update(name="C")
    change_sets = list(change_sets_of_row(first))
    assert [change_set.reason for change_set in change_sets] == ["both", "Test data"]
    changes = changes_for_row(change_sets, first)
    assert [[(change.key, change.kind) for change in changes[each.pk].rows] for each in change_sets] == [
        [(first.pk, "changed")],
        [(first.pk, "created")],
    ]
    assert fields_of(changes[change_sets[0].pk].rows[0]) == {"free_tastings": ("0", "3")}


def test_no_change_sets_have_no_changes() -> None:
    assert changes_for_customer([], make_customer()) == {}


def count_queries(customer: Customer) -> int:
    with CaptureQueriesContext(connection) as queries:
        changes_for_customer(list(change_sets_of_customer(customer)), customer)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_history() -> None:
    def one_change(customer: Customer, step: int) -> None:
        with recording(actor=make_user()):
            Customer.objects.filter(pk=customer.pk).update(first_name=f"{step}", customer_class=make_class())
            make_note(customer, author=make_user())
            make_order(customer, lines=1)
            make_address(customer)

    few, many = make_customer(), make_customer()
    one_change(few, 0)
    for step in range(30):
        one_change(many, step)
    assert change_sets_of_customer(many).count() == 31
    assert count_queries(many) == count_queries(few) <= 25


def test_a_change_set_reads_as_its_kind_and_person() -> None:
    make_class()
    assert str(ChangeSet.objects.get()) == "Edit · System"


def test_hidden_columns_are_not_shown() -> None:
    customer = make_customer()
    make_note(customer, author=make_user("ann"), author_label="Ann")
    (change,) = newest_changes(customer)
    shown: dict[str, Any] = fields_of(change)
    assert not set(shown) & set(AccountNote.hidden_in_history)


def test_what_is_concealed_is_told_as_changed_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountNote, "concealed_fields", ("body",))
    customer = make_customer()
    make_note(customer, body="Secret one", kind="delivery")
    (created,) = newest_changes(customer)
    assert "body" not in fields_of(created)
    assert created.title == ""
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="Secret two")
    (changed,) = newest_changes(customer)
    assert [(field.name, field.before, field.after, field.is_concealed) for field in changed.fields] == [
        ("body", "", "", True)
    ]
    assert "Secret" not in repr(changed)
    with recording(actor=SYSTEM):
        AccountNote.objects.all().delete()
    (deleted,) = newest_changes(customer)
    assert "Secret" not in repr(deleted)


def told(change: RowChange) -> list[tuple[str, str, str]]:
    return [(field.label, field.before, field.after) for field in change.told]


def test_a_new_address_is_told_as_one() -> None:
    customer = make_customer()
    make_address(customer, line1="1 Main Street", postal_code="12345", city="Springfield", country="US", phone="555")
    (change,) = newest_changes(customer)
    assert told(change) == [
        ("Address", "", "1 Main Street\n12345 Springfield\nUnited States of America"),
        ("Phone", "", "555"),
    ]
    assert set(fields_of(change)) == {"line1", "city", "postal_code", "country", "phone"}


def test_several_changed_parts_of_an_address_are_told_as_two_whole_addresses() -> None:
    customer = make_customer()
    make_address(customer, line1="1 Main Street", postal_code="12345", city="Springfield")
    with recording(actor=SYSTEM):
        Address.objects.update(line1="2 Side Street", postal_code="54321", kind="shipping")
    (change,) = newest_changes(customer)
    assert told(change) == [
        ("Kind", "Billing", "Shipping"),
        ("Address", "1 Main Street\n12345 Springfield", "2 Side Street\n54321 Springfield"),
    ]


def test_one_changed_part_of_an_address_is_told_by_its_name() -> None:
    customer = make_customer()
    make_address(customer, city="Springfield")
    with recording(actor=SYSTEM):
        Address.objects.update(city="Shelbyville")
    (change,) = newest_changes(customer)
    assert told(change) == [("City", "Springfield", "Shelbyville")]


def test_a_row_has_a_name_by_which_it_is_taken_back() -> None:
    customer = make_customer()
    (change,) = newest_changes(customer)
    assert change.ref == f"customer_admin.customer:{customer.pk}"
