"""Who is found for a customer who is typed in, how sure it is, and why."""

from datetime import date
from typing import Any

import pytest

from customer_admin.models import SYSTEM, Customer
from customer_admin.operations import dismiss_duplicates
from customer_admin.selectors.duplicates import CERTAIN, LIKELY, duplicates_of, reasons_in_words
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db
HOME = {"line1": "12 Main Street", "postal_code": "45501", "city": "Springfield"}
ADA: dict[str, Any] = {
    "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": "030 1234567",
    "birth_date": date(1980, 5, 12),
}  # fmt: skip


def make_person(*, home: dict[str, str] | None = None, **fields: Any) -> Customer:
    customer = make_customer(**{"email": "", **fields})
    if home:
        make_address(customer, **home)
    return customer


@pytest.fixture
def crowd(db: None) -> None:
    """Others, so that a name is rare."""
    for number in range(30):
        make_person(first_name=f"Person{number}", last_name=f"Nobody{number}", phone=f"0800 55{number:05}")


def levels(asked: Any) -> dict[Any, str]:
    return {each.customer.pk: each.level for each in duplicates_of(asked, at_least=0.0)}


@pytest.mark.usefixtures("crowd")
def test_who_is_typed_in_again_is_certain_and_the_reasons_are_told() -> None:
    ada = make_person(**ADA, home=HOME)
    (found,) = duplicates_of({**ADA, "phone": "+49 30 1234567", "addresses": [HOME]})
    assert (found.customer, found.level) == (ada, CERTAIN)
    assert reasons_in_words(found.reasons) == "Same name, same e-mail, same phone, same birth date, same address"


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    "changes",
    [
        {"first_name": "Lovelace", "last_name": "Ada"},
        {"last_name": "Lovelase"},
        {"birth_date": date(1980, 12, 5)},
        {"email": "", "phone": ""},
    ],
)
def test_a_slip_hides_nobody(changes: dict[str, Any]) -> None:
    ada = make_person(**ADA, home=HOME)
    found = levels({**ADA, **changes, "addresses": [HOME]})
    assert found[ada.pk] in (CERTAIN, LIKELY)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Byron", "birth_date": date(1978, 1, 2)},  # Of one household.
        {"first_name": "Anabella"},  # Twins.
        {"first_name": "Ida"},  # Twins with like names.
        {"birth_date": date(1950, 5, 12)},  # Mother and daughter of one name.
        {"birth_date": date(1951, 11, 30)},
        {"first_name": "Byron", "last_name": "King", "birth_date": None, "company": "Acme"},  # Colleagues.
    ],
)
def test_families_and_colleagues_are_never_certain(other: dict[str, Any]) -> None:
    shared = {**ADA, "company": other.get("company", "")}
    ada = make_person(**shared, home=HOME)
    asked = {**shared, **other, "addresses": [HOME]}
    assert levels(asked).get(ada.pk) != CERTAIN
    assert CERTAIN not in levels(make_person(home=HOME, **{**shared, **other})).values()


@pytest.mark.usefixtures("crowd")
def test_a_name_in_one_street_is_not_certain() -> None:
    names = {"first_name": "Emil", "last_name": "Hölzl"}
    emil = make_person(**names, email="emil@example.com", home={**HOME, "line1": "131 Main Street"})
    asked = {**names, "email": "cellar@example.com", "addresses": [{**HOME, "postal_code": "45777"}]}
    assert levels(asked)[emil.pk] != CERTAIN


@pytest.mark.usefixtures("crowd")
def test_contacts_of_one_company_are_not_even_likely() -> None:
    shared = {"company": "Acme GmbH", "phone": "030 7654321", "email": "office@acme.example"}
    for first, last in (("Tom", "Baker"), ("Uma", "Castillo"), ("Finn", "Huber")):
        make_person(first_name=first, last_name=last, **shared, home=HOME)
    found = levels({"first_name": "Greta", "last_name": "Jansen", **shared, "addresses": [HOME]})
    assert set(found.values()) == {"possible"}


@pytest.mark.usefixtures("crowd")
def test_a_company_is_found_whatever_its_legal_form() -> None:
    acme = make_person(first_name="", last_name="", company="Acme Tools, Inc.", phone="030 7654321", home=HOME)
    found = levels({"company": "ACME Tools", "phone": "(030) 76 54 321", "addresses": [HOME]})
    assert found[acme.pk] in (CERTAIN, LIKELY)


def test_oneself_the_merged_and_who_was_dismissed_are_not_found() -> None:
    ada, again = make_person(**ADA), make_person(**ADA)
    merged = make_person(**ADA, merged_into=ada)
    assert set(levels(ada)) == {again.pk}
    dismiss_duplicates(actor=SYSTEM, pairs=[(ada, again)])
    assert levels(ada) == levels(again) == {}
    assert merged.pk not in levels({**ADA, "pk": ada.pk})


@pytest.mark.parametrize("asked", [{}, {"first_name": ""}, {"birth_date": None, "addresses": [{}]}])
def test_nothing_typed_finds_nobody(asked: dict[str, Any]) -> None:
    make_person(first_name="", company="x")
    assert duplicates_of(asked) == []


def test_as_many_questions_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    for _number in range(80):
        make_person(**ADA, home=HOME)
    with django_assert_max_num_queries(5):
        found = duplicates_of({**ADA, "addresses": [HOME]})
        assert {str(each.customer)[:12] for each in found} == {"Ada Lovelace"}
    assert len(found) == 5


@pytest.mark.parametrize("text", ["\0", "\ud800", "%", "'; DROP", "<b>", "\u202eabc", "9" * 5000, "é" * 400])
def test_hard_text_is_looked_up_like_any_other(text: str) -> None:
    make_person(first_name="x")
    names = ("first_name", "last_name", "company", "email", "phone", "account_number")
    asked = {**dict.fromkeys(names, text), "addresses": [dict.fromkeys(HOME, text)]}
    assert duplicates_of(asked) == []
