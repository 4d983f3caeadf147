"""Any two versions of one record."""

import pytest

from customer_admin.models import SYSTEM, Address, Customer, recording
from customer_admin.selectors.versions import differences, title_of, versions_of
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db


def test_versions_far_apart_differ_in_what_is_different_between_these_two() -> None:
    customer = make_customer(first_name="Ada", phone="1")
    for name, phone in (("Grace", "2"), ("Joan", "3"), ("Ada", "4")):
        with recording(actor=SYSTEM):
            Customer.objects.update(first_name=name, phone=phone)
    newest, *_between, oldest = versions_of(Customer, customer.pk)
    assert [(field.name, field.before, field.after) for field in differences(Customer, oldest, newest)] == [
        ("phone", "1", "4")
    ]
    assert title_of(Customer, oldest) == f"Ada Stone ({customer.number})"


def test_an_address_is_compared_as_one() -> None:
    address = make_address(make_customer(), line1="1 Old", city="A")
    with recording(actor=SYSTEM):
        Address.objects.update(line1="2 New", city="B")
    newer, older = versions_of(Address, address.pk)
    assert [(field.before, field.after) for field in differences(Address, older, newer)] == [("1 Old\nA", "2 New\nB")]


def test_versions_are_those_of_one_record_newest_first_also_when_it_is_gone() -> None:
    customer, _other = make_customer(), make_customer()
    key = customer.pk
    with recording(actor=SYSTEM):
        customer.delete()
    assert [row.history_type for row in versions_of(Customer, key)] == ["-", "+"]
