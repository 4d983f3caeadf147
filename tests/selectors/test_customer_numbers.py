"""Finding customers by number, those that were merged included."""

from typing import Any

import pytest

from customer_admin.models import Customer
from customer_admin.selectors.customer_numbers import customers_numbered, merged_account_numbered, search_customers
from tests.factories import make_customer, settle

pytestmark = pytest.mark.django_db


def test_numbers_are_found_as_they_are_typed_with_a_few_questions(django_assert_num_queries: Any) -> None:
    ada, grace = make_customer(number="C-1"), make_customer(number="x2")
    with django_assert_num_queries(4):
        found = customers_numbered(["C-1", "c-1 ", "x2", "C-9", "\0", "9" * 31])
    assert {number: named.customer for number, named in found.items()} == {"C-1": ada, "c-1 ": ada, "x2": grace}
    with django_assert_num_queries(0):
        assert customers_numbered([]) == {}


def test_a_number_that_two_may_mean_names_nobody() -> None:
    make_customer(number="ab1"), make_customer(number="AB1")
    assert customers_numbered(["Ab1"]) == {}
    assert len(customers_numbered(["ab1", "AB1"])) == 2


def test_the_prefix_may_be_left_out() -> None:
    settle(number_prefix="W")
    ada = make_customer(number="W17")
    assert customers_numbered(["17"])["17"].customer == ada


def test_the_number_of_a_merged_account_names_the_one_that_stayed() -> None:
    stays = make_customer(number="C-1")
    merged = make_customer(number="C-2", merged_into=stays)
    named = customers_numbered(["c-2"])["c-2"]
    assert (named.customer, named.merged) == (stays, merged.number)
    assert merged_account_numbered("C-1") is None


def test_searching_for_the_number_of_a_merged_account_finds_the_one_that_stayed(
    django_assert_num_queries: Any,
) -> None:
    stays, other = make_customer(number="C-1", last_name="Byron"), make_customer(number="C-22")
    make_customer(number="C-2", merged_into=stays)
    assert set(search_customers(Customer.objects.all(), "C-2")) == {stays, other}
    with django_assert_num_queries(1):
        assert list(search_customers(Customer.objects.all(), "byron")) == [stays]
