"""What city a postal code belongs to."""

from typing import Any

import pytest

from customer_admin.models import Address
from customer_admin.selectors.places import MOST_TOLD, Place, places_of
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db


def address(**fields: Any) -> Address:
    return make_address(make_customer(), **{"postal_code": "69001", "city": "Lyon", "country": "FR", **fields})


def test_the_place_that_most_addresses_name_comes_first() -> None:
    address(city="Lion"), address(), address(region="Rhône"), address(region="Rhône")
    assert places_of(" 69001 ") == [
        Place("Lyon", "Rhône", "FR"),
        Place("Lion", "", "FR"),
        Place("Lyon", "", "FR"),
    ]


def test_a_country_that_is_named_counts() -> None:
    address(), address(city="Frederiksberg", country="DK")
    assert places_of("69001", "DK") == [Place("Frederiksberg", "", "DK")]
    assert places_of("69001", "DE") == []


def test_addresses_without_a_city_tell_nothing_and_small_letters_find_large_ones() -> None:
    address(city=""), address(postal_code="SW1A 1AA", city="London", country="GB")
    assert places_of("69001") == []
    assert places_of("sw1a 1aa") == [Place("London", "", "GB")]


def test_one_question_and_few_answers_however_many_there_are(django_assert_num_queries: Any) -> None:
    customer = make_customer()
    for number in range(MOST_TOLD + 3):
        make_address(customer, postal_code="1", city=f"City {number}")
    with django_assert_num_queries(1):
        assert len(places_of("1")) == MOST_TOLD


@pytest.mark.parametrize("code", ["", " ", "\x00", "\ud800", "9" * 10_000, "%", "' OR 1=1 --", "1️⃣"])
def test_what_is_no_postal_code_finds_nothing(code: str) -> None:
    address()
    assert places_of(code, code) == []
    assert places_of(code) == []
