"""What is found in the stored texts of a customer, and where."""

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from customer_admin.models import Customer
from customer_admin.models.keys import folded
from customer_admin.models.search_texts import (
    ENDS,
    in_city,
    matching_field,
    places_of,
    search_text_of,
    with_postal_code,
)
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db


def found(condition: Q) -> bool:
    return Customer.objects.filter(condition).exists()


@given(st.text(max_size=40))
def test_no_value_has_what_ends_a_field(text: str) -> None:
    assert set(folded(text)).isdisjoint(ENDS.values())


def test_each_field_has_its_place() -> None:
    values = {name: name for name in ENDS if name != "company"}
    assert search_text_of(values).split() == list(values)
    assert len(set(ENDS.values())) == len(ENDS)


@pytest.mark.parametrize("name", [name for name in ENDS if name not in {"number", "phone"}])
def test_a_word_is_found_in_its_field_alone(name: str) -> None:
    make_customer(**{"first_name": "", "last_name": "", name: "José-Zoë@x"})
    for other in ENDS:
        assert found(matching_field(other, "ose-zoe")) == (other == name)
        assert found(matching_field(other, "zoe jos")) == (other == name)
        assert not found(matching_field(other, "%"))


def test_short_words_are_found_at_the_beginning_of_words() -> None:
    make_customer(first_name="Jo", last_name="van Ek", company="50% Ölmühle")
    for query, is_found in (("jo", True), ("h", False), ("ek", True), ("k", False), ("ö", True), ("l", False)):
        assert Customer.objects.search(query).exists() == is_found, query
    assert Customer.objects.search("%").exists()
    assert found(matching_field("last_name", "ek v"))
    assert not found(matching_field("last_name", "jo"))


@pytest.mark.parametrize("value", ["", " ", "\u0301", "no digits", "+"])
def test_a_field_that_is_asked_for_nothing_finds_nobody(value: str) -> None:
    make_customer(phone="0171 123")
    assert not found(matching_field("phone", value))
    assert found(matching_field("last_name", value)) is False


def test_a_phone_is_found_in_every_form_in_its_field() -> None:
    make_customer(phone="+49 (0)171 123-4567", account_number="99 88 77")
    for value in ("0171 1234567", "+49 171 1234567", "123-45", "45 67", "1"):
        assert found(matching_field("phone", value)), value
    assert not found(matching_field("phone", "998877"))
    assert found(matching_field("account_number", "99 77"))


def test_postal_codes_are_searched_from_their_beginning_and_cities_in_any_part() -> None:
    customer = make_customer()
    make_address(customer, postal_code="SW1A 1AA", city="Bad Kötzting")
    make_address(customer, postal_code="90210", city="Beverly Hills", kind="shipping")
    for query in ("SW1A 1AA", "sw1a1aa", "sw1a", "902", "1aa", "stone 90210"):
        assert Customer.objects.search(query).exists(), query
    for query in ("0210", "beverly", "stone 90211"):
        assert not Customer.objects.search(query).exists(), query
    assert found(with_postal_code("sw1a 1"))
    assert not found(with_postal_code("hills"))
    assert found(in_city("KOTZ"))
    assert found(in_city("bad k"))
    assert not found(in_city("902"))
    assert not found(in_city("\u0301"))


def test_places_say_each_thing_once() -> None:
    assert places_of([]) == places_of([("", "")]) == ""
    assert places_of([("1", "A"), ("1", "a"), ("B-2", "")]) == " 1 b-2 b2\t a\n"
