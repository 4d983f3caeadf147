"""A customer's addresses are one set, and exactly one of each kind is primary."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customer_admin.errors import CustomerRefused
from customer_admin.models import SYSTEM, Address, Customer, recording
from customer_admin.operations import create_customer, update_customer
from customer_admin.operations.addresses import replace_addresses
from customer_admin.selectors.drift import drift
from tests.factories import make_address, make_customer
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def replace(customer: Customer, *rows: dict[str, Any]) -> None:
    update_customer(actor=SYSTEM, customer=customer, addresses=rows)


def stored(customer: Customer) -> list[tuple[str, str, bool]]:
    return list(customer.addresses.order_by("pk").values_list("line1", "kind", "is_primary"))


def test_the_first_address_of_a_kind_is_primary_without_being_asked() -> None:
    customer = make_customer()
    replace(customer, {"line1": "A"}, {"line1": "B"}, {"line1": "C", "kind": "shipping"})
    assert stored(customer) == [("A", "billing", True), ("B", "billing", False), ("C", "shipping", True)]


def test_a_newly_chosen_primary_takes_the_place_of_the_old_one() -> None:
    customer = make_customer()
    old, new = make_address(customer, line1="A", is_primary=True), make_address(customer, line1="B")
    for order in ([old, new], [new, old]):
        rows = [{"id": each.pk, "is_primary": True} for each in order]
        replace(customer, *rows)
        assert stored(customer) == [("A", "billing", False), ("B", "billing", True)]
        Address.objects.filter(pk__in=[])  # The second round saves in the other order.
        replace(customer, {"id": old.pk, "is_primary": True}, {"id": new.pk, "is_primary": False})
        assert stored(customer) == [("A", "billing", True), ("B", "billing", False)]


def test_the_last_of_several_newly_chosen_ones_counts() -> None:
    customer = make_customer()
    replace(customer, *({"line1": line, "is_primary": True} for line in "ABC"))
    assert stored(customer) == [("A", "billing", False), ("B", "billing", False), ("C", "billing", True)]


def test_a_primary_that_nobody_replaces_stays() -> None:
    customer = make_customer()
    first, second = make_address(customer, line1="A", is_primary=True), make_address(customer, line1="B")
    replace(customer, {"id": second.pk}, {"id": first.pk, "is_primary": False}, {"line1": "C"})
    assert stored(customer) == [("A", "billing", True), ("B", "billing", False), ("C", "billing", False)]


def test_another_becomes_primary_when_the_primary_is_removed() -> None:
    customer = make_customer()
    make_address(customer, line1="A", is_primary=True)
    other = make_address(customer, line1="B")
    replace(customer, {"id": other.pk})
    assert stored(customer) == [("B", "billing", True)]


def test_a_primary_that_changes_its_kind_leaves_one_behind() -> None:
    customer = make_customer()
    moving, staying = make_address(customer, line1="A", is_primary=True), make_address(customer, line1="B")
    make_address(customer, line1="C", kind="shipping", is_primary=True)
    shipping = customer.addresses.get(kind="shipping")
    replace(customer, {"id": moving.pk, "kind": "shipping"}, {"id": staying.pk}, {"id": shipping.pk})
    assert stored(customer) == [("A", "shipping", True), ("B", "billing", True), ("C", "shipping", False)]


def test_two_primaries_can_swap_their_kinds() -> None:
    customer = make_customer()
    first = make_address(customer, line1="A", kind="billing", is_primary=True)
    second = make_address(customer, line1="B", kind="shipping", is_primary=True)
    replace(customer, {"id": first.pk, "kind": "shipping"}, {"id": second.pk, "kind": "billing"})
    assert stored(customer) == [("A", "shipping", True), ("B", "billing", True)]


def test_no_rows_remove_all_and_no_list_leaves_all() -> None:
    customer = make_customer()
    make_address(customer, is_primary=True)
    update_customer(actor=SYSTEM, customer=customer, company="A")
    assert customer.addresses.count() == 1
    replace(customer)
    assert customer.addresses.count() == 0


def test_only_what_changed_is_in_the_history() -> None:
    customer = make_customer()
    kept, changed, gone = (make_address(customer, line1=line) for line in "ABC")
    with recording(actor=SYSTEM) as current:
        Address.objects.filter(pk=kept.pk).update(is_primary=True)
    with recording(actor=SYSTEM) as current:
        replace(customer, {"id": kept.pk, "line1": "A"}, {"id": changed.pk, "line1": "B2"}, {"line1": "D"})
    new = customer.addresses.get(line1="D")
    rows = Address.history.filter(change_set=current.change_set).order_by("history_id")
    assert list(rows.values_list("history_type", "id")) == [("-", gone.pk), ("~", changed.pk), ("+", new.pk)]


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"line1": ""}, "line1", "This field cannot be blank."),
        ({"line1": None}, "line1", "This field cannot be blank."),
        ({"line1": "A", "kind": "holiday"}, "kind", "Value 'holiday' is not a valid choice."),
        ({"line1": "A", "country": "XX"}, "country", "Value 'XX' is not a valid choice."),
        ({"line1": "A\x00"}, "line1", "This has a character in it that can't be stored. Type it anew."),
        ({"line1": "A" * 201}, "line1", "Ensure this value has at most 200 characters (it has 201)."),
        ({"line1": "A", "is_primary": None}, "is_primary", "“None” value must be either True or False."),
        ({"id": 10**9, "line1": "A"}, "id", "This address was removed meanwhile. Add it again if it is needed."),
        ({"id": "x", "line1": "A"}, "id", "This address was removed meanwhile. Add it again if it is needed."),
    ],
)
def test_a_wrong_row_is_refused_by_its_position(row: dict[str, Any], field: str, message: str) -> None:
    customer = make_customer()
    make_address(customer, is_primary=True)
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        replace(customer, {"line1": "good"}, row)
    assert caught.value.fields == {f"addresses.1.{field}": [message]}
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        create_customer(actor=SYSTEM, company="A", addresses=[row])
    assert caught.value.fields == {f"addresses.0.{field}": [message]}


def test_an_address_of_another_customer_is_refused() -> None:
    customer, other = make_customer(), make_customer()
    foreign = make_address(other, is_primary=True)
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        replace(customer, {"id": foreign.pk, "line1": "stolen"})
    assert list(caught.value.fields) == ["addresses.0.id"]


def test_no_text_in_an_address_is_an_empty_text() -> None:
    customer = make_customer()
    replace(customer, {"line1": "A", "line2": None, "city": None, "country": None})
    assert customer.addresses.values_list("line2", "city", "country").get() == ("", "", "")


def test_the_customer_of_an_address_cannot_be_given() -> None:
    customer = make_customer()
    with nothing_changes(), pytest.raises(TypeError, match="Address has no field customer"):
        replace(customer, {"line1": "A", "customer": make_customer})


def test_one_address_named_twice_is_saved_once() -> None:
    customer = make_customer()
    address = make_address(customer, line1="A", is_primary=True)
    replace(customer, {"id": address.pk, "line1": "B"}, {"id": address.pk, "line1": "C"})
    assert stored(customer) == [("C", "billing", True)]


ROW = st.fixed_dictionaries(
    {"line1": st.sampled_from("ABC"), "kind": st.sampled_from(["billing", "shipping"])},
    optional={"is_primary": st.booleans(), "id": st.integers(0, 5)},
)


class ExactlyOnePrimary(TestCase):
    """Hypothesis needs a transaction for each of its examples, which Django's test case gives."""

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.lists(ROW, max_size=5, unique_by=lambda row: row.get("id", id(row))), min_size=1, max_size=5))
    def test_after_any_series_of_replacements(self, series: list[list[dict[str, Any]]]) -> None:
        customer = make_customer()
        for rows in series:
            known = list(customer.addresses.order_by("pk").values_list("pk", flat=True))
            given_rows = []
            for row in rows:
                row = dict(row)
                place = row.pop("id", None)
                if place is not None and place < len(known):
                    row["id"] = known[place]
                given_rows.append(row)
            with recording(actor=SYSTEM):
                replace_addresses(customer, given_rows)
            assert customer.addresses.count() == len(given_rows)
            for kind in ("billing", "shipping"):
                group = customer.addresses.filter(kind=kind)
                assert group.filter(is_primary=True).count() == (1 if group.exists() else 0)
        assert drift() == []
