"""Two people who change a customer's addresses at the same time."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customer_admin.errors import ChangedMeanwhile, CustomerRefused
from customer_admin.models import SYSTEM, Address, ChangeSet, Customer
from customer_admin.operations import update_customer
from customer_admin.operations.addresses import ADDRESS_FIELDS
from customer_admin.selectors.history import Seen, version_of
from tests.factories import make_address, make_customer, make_manager
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    customer = make_customer()
    make_address(customer, is_primary=True, line1="1 Main Street", city="Rome")
    make_address(customer, line1="2 Side Street", city="Rome")
    return customer


@pytest.fixture
def ann() -> Any:
    return make_manager("ann", first_name="Ann", last_name="Field")


def rows(customer: Customer, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """All addresses as a form would send them, with changes by first line."""
    found = []
    for address in customer.addresses.order_by("pk"):
        row = {name: getattr(address, name) for name in ADDRESS_FIELDS}
        found.append({"id": address.pk, **row, **changes.get(address.line1.split()[1].lower(), {})})
    return found


def save(actor: Any, customer: Customer, addresses: Any, seen: Any) -> Customer:
    return update_customer(actor=actor, customer=customer, addresses=addresses, seen=seen)


def lines(customer: Customer) -> list[str]:
    return list(customer.addresses.order_by("pk").values_list("line1", flat=True))


def test_two_fields_of_one_address_both_survive(ann: Any, customer: Customer) -> None:
    seen = version_of(customer, "addresses")
    first, second = rows(customer, main={"city": "Milan"}), rows(customer, main={"phone": "1"}, side={"city": "Bari"})
    save(ann, customer, first, seen)
    noted = Seen.of(seen)
    save(SYSTEM, customer, second, noted)
    assert list(customer.addresses.order_by("pk").values_list("city", "phone")) == [("Milan", "1"), ("Bari", "")]
    assert noted is not None
    assert [d.label for d in noted.all_kept()] == ["Address “1 Main Street, Rome” – City"]


def test_one_field_of_one_address_is_a_difference_at_its_place(ann: Any, customer: Customer) -> None:
    seen = version_of(customer, "addresses")
    second = rows(customer, side={"city": "Bari"})
    save(ann, customer, rows(customer, side={"city": "Milan"}), seen)
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        save(SYSTEM, customer, second, seen)
    assert list(caught.value.fields) == ["addresses.1.city"]
    assert "from “Rome” to “Milan”" in caught.value.fields["addresses.1.city"][0]


def test_an_address_that_somebody_added_stays(ann: Any, customer: Customer) -> None:
    seen, second = version_of(customer, "addresses"), rows(customer, main={"city": "Bari"})
    save(ann, customer, [*rows(customer), {"line1": "3 New Street", "kind": "shipping"}], seen)
    save(SYSTEM, customer, second, seen)
    assert lines(customer) == ["1 Main Street", "2 Side Street", "3 New Street"]


def test_without_addresses_in_the_version_the_set_is_replaced(customer: Customer) -> None:
    save(SYSTEM, customer, rows(customer)[:1], version_of(customer))
    assert lines(customer) == ["1 Main Street"]


def test_an_address_removed_by_one_and_left_alone_by_the_other_is_gone(ann: Any, customer: Customer) -> None:
    seen, second = version_of(customer, "addresses"), rows(customer, main={"city": "Bari"})
    save(ann, customer, rows(customer)[:1], seen)
    noted = Seen.of(seen)
    save(SYSTEM, customer, second, noted)
    assert lines(customer) == ["1 Main Street"]
    assert noted is not None
    assert "“2 Side Street, Rome” was removed (Ann Field, at" in next(noted.all_kept()).message
    assert "addresses:" in str(noted)
    assert str(second[1]["id"]) not in Seen.of(str(noted)).rows["addresses"]  # type: ignore[union-attr]


def test_an_address_removed_by_one_and_changed_by_the_other_is_a_difference(ann: Any, customer: Customer) -> None:
    seen, second = version_of(customer, "addresses"), rows(customer, side={"city": "Bari"})
    save(ann, customer, rows(customer)[:1], seen)
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        save(SYSTEM, customer, second, seen)
    assert list(caught.value.fields) == ["addresses.1"]
    assert caught.value.fields["addresses.1"][0].startswith("Ann Field removed this at ")


def test_an_address_changed_by_one_and_removed_by_the_other_is_a_difference(ann: Any, customer: Customer) -> None:
    seen, second = version_of(customer, "addresses"), rows(customer)[:1]
    save(ann, customer, rows(customer, side={"city": "Bari"}), seen)
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        save(SYSTEM, customer, second, seen)
    (told,) = caught.value.fields["__all__"]
    assert "changed address “2 Side Street, Rome” at" in told
    assert "City from “Rome” to “Bari”. Save again to remove it" in told
    save(SYSTEM, customer, second, version_of(customer, "addresses"))
    assert lines(customer) == ["1 Main Street"]


def test_an_address_that_only_ceased_to_be_primary_is_removed_without_a_word(ann: Any, customer: Customer) -> None:
    seen, second = version_of(customer, "addresses"), rows(customer)[1:]
    save(ann, customer, rows(customer, side={"is_primary": True}), seen)
    save(SYSTEM, customer, second, seen)
    assert list(customer.addresses.values_list("line1", "is_primary")) == [("2 Side Street", True)]


def test_an_address_sent_twice_is_added_once(customer: Customer) -> None:
    seen = version_of(customer, "addresses")
    sent = [*rows(customer), {"line1": "3 New Street", "kind": "shipping", "city": None}]
    save(SYSTEM, customer, sent, seen)
    before = ChangeSet.objects.count()
    save(SYSTEM, customer, sent, seen)
    assert lines(customer) == ["1 Main Street", "2 Side Street", "3 New Street"]
    assert ChangeSet.objects.count() == before
    save(SYSTEM, customer, [*sent, sent[-1]], seen)
    assert len(lines(customer)) == 4


def test_two_choices_of_the_primary_are_a_difference_and_the_second_save_decides(ann: Any, customer: Customer) -> None:
    third = make_address(customer, line1="3 New Street")
    seen = Seen.of(version_of(customer, "addresses"))
    second = rows(customer, new={"is_primary": True})
    save(ann, customer, rows(customer, side={"is_primary": True}), str(seen))
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        save(SYSTEM, customer, second, seen)
    (told,) = caught.value.fields["addresses.2.is_primary"]
    assert told.startswith("Ann Field chose address “2 Side Street, Rome” for this at ")
    again = rows(customer, new={"is_primary": True})
    save(SYSTEM, customer, again, str(seen))
    assert Address.objects.get(is_primary=True) == third


def test_a_primary_that_somebody_added_is_known_after_the_refusal(ann: Any, customer: Customer) -> None:
    seen = Seen.of(version_of(customer, "addresses"))
    second = rows(customer, side={"is_primary": True})
    save(ann, customer, [*rows(customer), {"line1": "3 New Street", "is_primary": True}], str(seen))
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        save(SYSTEM, customer, second, seen)
    assert list(caught.value.fields) == ["addresses.1.is_primary"]
    added = Address.objects.get(line1="3 New Street")
    assert str(added.pk) in Seen.of(str(seen)).rows["addresses"]  # type: ignore[union-attr]
    save(SYSTEM, customer, [*second, {"id": added.pk}], str(seen))
    assert Address.objects.get(is_primary=True).line1 == "2 Side Street"
    assert len(lines(customer)) == 3


def test_the_same_choice_of_the_primary_is_none(ann: Any, customer: Customer) -> None:
    seen = version_of(customer, "addresses")
    sent = rows(customer, side={"is_primary": True})
    save(ann, customer, sent, seen)
    before = ChangeSet.objects.count()
    save(SYSTEM, customer, sent, seen)
    assert Address.objects.get(is_primary=True).line1 == "2 Side Street"
    assert ChangeSet.objects.count() == before


def test_an_address_of_somebody_else_is_no_address_of_this_customer(customer: Customer) -> None:
    other = make_address(make_customer())
    with nothing_changes(), pytest.raises(CustomerRefused, match="removed meanwhile"):
        save(SYSTEM, customer, [*rows(customer), {"id": other.pk}], version_of(customer, "addresses"))


def test_addresses_cost_one_question_however_many_there_are(customer: Customer) -> None:
    def questions(seen: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            save(SYSTEM, customer, rows(customer), seen)
        return len(queries)

    assert questions(version_of(customer, "addresses")) == questions(None) + 2
    for _number in range(5):
        make_address(customer)
    assert questions(version_of(customer, "addresses")) == questions(None) + 2
