"""Booking store credit: what each kind does to both balances, and that neither is overdrawn."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.errors import CreditRefused, PermissionRefused
from customer_admin.models import SYSTEM, CreditEntry, recording
from customer_admin.operations import add_credit_entry, counter_credit_entry
from customer_admin.selectors.credit import CreditBalance, credit_of, unsettled_credit, usual_currency
from tests.change_sets import newest
from tests.factories import (
    make_auditor,
    make_credit,
    make_customer,
    make_manager,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def add(customer: Any, kind: str = "deposit", amount: Any = "100", **fields: Any) -> CreditEntry:
    values = {"actor": SYSTEM, "currency": "USD", "reason": "Gift card", **fields}
    return add_credit_entry(customer=customer, kind=kind, amount=amount, **values)


def balances(customer: Any, currency: str = "USD") -> tuple[Decimal, Decimal] | None:
    return next(((each.balance, each.on_hold) for each in credit_of(customer) if each.currency == currency), None)


def test_each_kind_does_what_it_says_to_both_balances() -> None:
    customer, told = make_customer(), []
    for kind, amount in (
        ("deposit", "100"), ("redemption", "10.50"), ("hold", "40"), ("release", "15"), ("capture", "20"),
        ("adjustment", "-4.50"), ("adjustment", "2"),
    ):  # fmt: skip
        add(customer, kind, amount)
        told.append(tuple(map(float, balances(customer) or ())))
    assert told == [(100, 0), (89.5, 0), (49.5, 40), (64.5, 25), (64.5, 5), (60, 5), (62, 5)]


def test_an_entry_says_who_when_and_why() -> None:
    ann, customer = make_staff("ann", first_name="Ann", last_name="Field"), make_customer()
    day = timezone.localdate() - datetime.timedelta(days=3)
    entry = add(customer, actor=ann, currency=" usd", reason="Gift card 17", on=day)
    assert (entry.author, entry.author_label, entry.reason, entry.on) == (ann, "Ann Field", "Gift card 17", day)
    assert entry.currency == "USD"
    assert (newest().kind, newest().actor, newest().reason) == ("create", ann, "Gift card 17")


def test_currencies_are_kept_apart() -> None:
    customer = make_customer()
    add(customer, amount="5", currency="EUR")
    add(customer, amount="7")
    assert credit_of(customer) == [
        CreditBalance("EUR", Decimal(5), Decimal(0)),
        CreditBalance("USD", Decimal(7), Decimal(0)),
    ]
    with pytest.raises(CreditRefused, match=r"Only 5.00 EUR can be spent"):
        add(customer, "redemption", "6", currency="EUR")


@pytest.mark.parametrize(
    ("kind", "amount", "told"),
    [
        ("redemption", "100.01", "Only 100.00 USD can be spent."),
        ("hold", "101", "Only 100.00 USD can be spent."),
        ("adjustment", "-100.01", "Only 100.00 USD can be spent."),
        ("release", "20.01", "Only 20.00 USD are on hold."),
        ("capture", "21", "Only 20.00 USD are on hold."),
    ],
)
def test_neither_balance_is_overdrawn(kind: str, amount: str, told: str) -> None:
    customer = make_customer()
    add(customer, "deposit", "120"), add(customer, "hold", "20")
    with nothing_changes(), pytest.raises(CreditRefused) as caught:
        add(customer, kind, amount)
    assert (caught.value.fields, caught.value.code) == ({"amount": [told]}, "not_enough")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "0", "kind": "adjustment"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": Decimal("sNaN")}, "amount"),
        ({"amount": "Infinity"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "1" + "0" * 12}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"amount": None}, "amount"),
        ({"kind": "gift"}, "kind"),
        ({"kind": "\x00"}, "kind"),
        ({"currency": ""}, "currency"),
        ({"currency": "US"}, "currency"),
        ({"currency": "DOLLARS"}, "currency"),
        ({"currency": "€€€"}, "currency"),
        ({"currency": "US\x00"}, "currency"),
        ({"currency": "USD\n "}, ""),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 10_000}, "reason"),
        ({"on": datetime.date(2999, 1, 1)}, "on"),
    ],
)
def test_what_makes_no_entry_is_refused_on_its_field(fields: dict[str, Any], name: str) -> None:
    customer = make_customer()
    if not name:
        assert add(customer, **fields)
        return
    with nothing_changes(), pytest.raises(CreditRefused) as caught:
        add(customer, **fields)
    assert list(caught.value.fields) == [name]


def test_nothing_is_taken_from_hold_where_nothing_is() -> None:
    customer = make_customer()
    add(customer)
    for kind in ("release", "capture"):
        with nothing_changes(), pytest.raises(CreditRefused, match="nothing on hold"):
            add(customer, kind, "1")


def test_a_form_that_is_sent_twice_books_once() -> None:
    customer = make_customer()
    add(customer)
    first = add(customer, "redemption", "60", newest_seen=0)
    with nothing_changes():
        assert add(customer, "redemption", "60", newest_seen=0) == first


def test_a_counter_entry_takes_both_balances_back_even_below_nothing() -> None:
    ann, customer = make_staff(), make_customer()
    deposit = add(customer)
    held = add(customer, "hold", "30")
    counter = counter_credit_entry(actor=ann, entry=held, reason="Other order")
    assert (counter.amount, counter.on_hold, counter.counters, counter.author) == (30, -30, held, ann)
    assert balances(customer) == (100, 0)
    add(customer, "redemption", "60")
    counter_credit_entry(actor=ann, entry=deposit, reason="Card was void")
    assert balances(customer) == (-60, 0)
    with nothing_changes():
        assert counter_credit_entry(actor=ann, entry=held, reason="Once more") == counter
    with pytest.raises(CreditRefused, match="nothing to spend"):
        add(customer, "redemption", "1")
    assert add(customer, "adjustment", "60")


def test_countering_asks_why() -> None:
    entry = add(make_customer())
    with nothing_changes(), pytest.raises(CreditRefused) as caught:
        counter_credit_entry(actor=SYSTEM, entry=entry, reason="")
    assert list(caught.value.fields) == ["reason"]


def test_a_customer_who_is_gone_or_merged_away_gets_nothing() -> None:
    gone, signpost = make_customer(), make_customer(merged_into=make_customer())
    with recording(actor=SYSTEM):
        type(gone).objects.filter(pk=gone.pk).delete()
    for customer, code in ((gone, "gone"), (signpost, "merged")):
        with nothing_changes(), pytest.raises(CreditRefused) as caught:
            add(customer)
        assert caught.value.code == code


def test_staff_and_managers_book_and_nobody_else() -> None:
    customer = make_customer()
    entry = add(customer)
    others = make_auditor(), make_user(permissions=("view_creditentry",)), make_portal_user(customer)
    with nothing_changes():
        for actor in others:
            with pytest.raises(PermissionRefused):
                add(customer, actor=actor)
            with pytest.raises(PermissionRefused):
                counter_credit_entry(actor=actor, entry=entry, reason="Wrong")
    for actor in (make_staff(), make_manager(), make_user(permissions=("add_creditentry",))):
        counter_credit_entry(actor=actor, entry=add(customer, actor=actor), reason="Wrong")


def test_unsettled_is_what_is_left_or_owed_in_any_currency(django_assert_num_queries: Any) -> None:
    settled, left, owed, held = (make_customer() for _each in range(4))
    make_credit(settled, 5), make_credit(settled, -5)
    make_credit(left, 5), make_credit(left, 7, currency="EUR"), make_credit(left, -7, currency="EUR")
    make_credit(owed, -5), make_credit(held, 0, 3)
    with django_assert_num_queries(1):
        found = unsettled_credit([settled, left, owed, held])
    assert {key: [(each.currency, each.balance, each.on_hold) for each in some] for key, some in found.items()} == {
        left.pk: [("USD", 5, 0)],
        owed.pk: [("USD", -5, 0)],
        held.pk: [("USD", 0, 3)],
    }


def test_the_usual_currency_is_that_of_the_customer_before_that_of_others() -> None:
    customer = make_customer()
    assert usual_currency(customer) == ""
    make_order(make_customer(), currency="CHF")
    assert usual_currency(customer) == "CHF"
    make_order(customer, currency="EUR")
    assert usual_currency(customer) == "EUR"
    make_credit(customer, currency="SEK")
    assert usual_currency(customer) == "SEK"


@on_postgresql
def test_two_tills_can_not_both_spend_the_last_of_it() -> None:
    customer = make_customer()
    add(customer)
    answers = run_together(*[lambda: add(customer, "redemption", "60")] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["CreditEntry"] + ["CreditRefused"] * 3
    assert balances(customer) == (40, 0)
