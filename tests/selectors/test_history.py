"""Which version of a record somebody saw, and what became of it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.models import SYSTEM, AccountNote, Address, Customer, CustomerClass, recording
from customer_admin.selectors.history import Seen, changes_since, is_same, version_of
from tests.factories import make_address, make_class, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db
SHOWN = ("addresses", "account_notes")


def change(row: Any, **fields: Any) -> None:
    with recording(actor=SYSTEM):
        type(row).objects.filter(pk=row.pk).update(**fields)


def test_a_version_changes_with_the_row_and_what_is_shown_in_it_and_nothing_else() -> None:
    customer, other = make_customer(), make_customer()
    seen = [version_of(customer, *SHOWN)]
    for write in (make_address, make_note):
        write(customer)
        seen.append(version_of(customer, *SHOWN))
    for row in (customer, Address.objects.get(), AccountNote.objects.get()):
        change(row, **{"body" if isinstance(row, AccountNote) else "company": "Acme"})
        seen.append(version_of(customer, *SHOWN))
    with recording(actor=SYSTEM):
        customer.addresses.get().delete()
    seen.append(version_of(customer, *SHOWN))
    assert len(set(seen)) == 7
    make_order(customer), make_note(other), make_address(other)
    with recording(actor=SYSTEM):
        Customer.objects.get(pk=customer.pk).save()
    assert version_of(customer, *SHOWN) == seen[-1]


def test_a_version_costs_one_question_for_the_row_and_one_for_all_that_is_shown_in_it() -> None:
    customer = make_customer()
    for _number in range(3):
        make_address(customer, kind="billing"), make_note(customer)
    with CaptureQueriesContext(connection) as own:
        version_of(customer)
    with CaptureQueriesContext(connection) as shown:
        version_of(customer, *SHOWN)
    assert (len(own), len(shown)) == (1, 2)


def test_what_is_shown_is_what_the_version_stands_for() -> None:
    stale = make_customer(first_name="Ada", customer_class=make_class())
    change(stale, first_name="Grace", customer_class=None)
    version_of(stale)
    assert (stale.first_name, stale.customer_class) == ("Grace", None)


def test_a_version_without_history_is_nought() -> None:
    assert version_of(Customer(pk=99999), "addresses") == "0 addresses:"


def test_a_version_is_read_back_as_it_was_written() -> None:
    customer = make_customer()
    make_address(customer), make_address(customer, kind="shipping")
    text = version_of(customer, *SHOWN)
    seen = Seen.of(text)
    assert seen is not None
    assert str(seen) == text
    assert set(seen.rows["addresses"]) == {str(key) for key in customer.addresses.values_list("pk", flat=True)}
    assert seen.rows["account_notes"] == {}
    assert Seen.of(seen) is seen
    assert Seen.of("") is Seen.of(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1.2.3",
        "-1",
        "1 ",
        "1 addresses",
        "1 addresses:5",
        "1 addresses:5.6,",
        "1 addresses:a.6",
        "9" * 19,
        "١",
        "1\n",
    ],
)
def test_any_other_text_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        Seen.of(text)


def test_what_became_of_rows_is_one_question() -> None:
    first, second = make_class(name="A"), make_class(name="B")
    versions = {str(row.pk): int(version_of(row)) for row in (first, second)}
    change(first, name="C")
    change(first, name="D", discount_percent=5)
    with CaptureQueriesContext(connection) as queries:
        found = changes_since(CustomerClass, versions)
    assert len(queries) == 1
    since = found[str(first.pk)]
    assert (since.before.name, [row.name for row in since.later], since.is_gone) == ("A", ["C", "D"], False)
    change(first, free_tastings=1)
    since = changes_since(CustomerClass, versions)[str(first.pk)]
    assert since.change_of("name") == since.change_of("discount_percent") == since.later[1]
    assert (found[str(second.pk)].before.name, found[str(second.pk)].later) == ("B", [])


def test_what_was_seen_may_be_known_no_longer() -> None:
    row = make_class(name="A")
    since = changes_since(CustomerClass, {str(row.pk): 0})[str(row.pk)]
    assert (since.before, [later.name for later in since.later]) == (None, ["A"])
    assert changes_since(CustomerClass, {}) == {}


@pytest.mark.parametrize(
    ("model", "field", "one", "other", "same"),
    [
        (CustomerClass, "discount_percent", Decimal("5"), "5.00", True),
        (CustomerClass, "discount_percent", Decimal("5.01"), "5", False),
        (CustomerClass, "free_tastings", 0, None, False),
        (CustomerClass, "is_active", False, None, False),
        (CustomerClass, "is_active", True, "True", True),
        (Customer, "birth_date", datetime.date(2000, 1, 2), "2000-01-02", True),
        (Customer, "birth_date", None, "", True),
        (Customer, "birth_date", "soon", datetime.date(2000, 1, 2), False),
        (Customer, "customer_class", CustomerClass(pk=7), 7, True),
        (Customer, "customer_class", CustomerClass(pk=7), "8", False),
        (Customer, "company", "", None, True),
        (Customer, "company", "A", "a", False),
        (AccountNote, "body", "one\r\ntwo", "one\ntwo", True),
    ],
)
def test_values_are_compared_as_the_database_has_them(model: Any, field: str, one: Any, other: Any, same: bool) -> None:
    column = model._meta.get_field(field)
    assert is_same(column, one, other) is is_same(column, other, one) is same
