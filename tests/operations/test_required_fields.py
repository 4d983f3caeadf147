"""What the settings of a site require of its customers."""

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Site

from customer_admin.errors import CustomerRefused
from customer_admin.models import SYSTEM, Address, Customer
from customer_admin.operations import create_customer, import_customers, update_customer
from customer_admin.selectors.history import version_of
from customer_admin.selectors.required_fields import still_empty
from tests.factories import make_address, make_class, make_customer, make_portal_user, make_staff, settle
from tests.unchanged import nothing_changes

from .import_files import MAPPING, customer_file, customer_row

pytestmark = pytest.mark.django_db

EVERYTHING: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Stone",
    "company": "Acme",
    "email": "ada@example.com",
    "phone": "1",
    "birth_date": "1970-01-01",
    "language": "en",
    "account_number": "A-1",
    "referral_source": "A friend",
}
BOTH = [{"kind": "billing", "line1": "1 Main Street"}, {"kind": "shipping", "line1": "Dock 4"}]


def refused(call: Any, **fields: Any) -> dict[str, list[str]]:
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        call(**fields)
    assert caught.value.code == "required"
    return caught.value.fields


@pytest.mark.parametrize("maker", [lambda: SYSTEM, make_staff])
def test_a_new_customer_has_what_is_required(maker: Any) -> None:
    settle(required_for_staff=[*EVERYTHING, "customer_class", "billing_address", "shipping_address"])
    actor = maker()
    fields = refused(create_customer, actor=actor, last_name="Stone", addresses=BOTH[:1], email="", phone=None)
    assert fields["phone"] == ["Phone is required. Please fill it in."]
    assert fields["addresses"] == ["Shipping address is required. Please fill it in."]
    assert set(fields) == {*EVERYTHING, "customer_class", "addresses"} - {"last_name"}
    customer = create_customer(actor=actor, addresses=BOTH, customer_class=make_class(), **EVERYTHING)
    assert still_empty(customer) == []


def test_on_a_new_installation_a_name_is_enough() -> None:
    assert create_customer(actor=SYSTEM, company="Acme").pk
    assert still_empty(Customer.objects.get()) == []


def test_an_old_customer_can_be_edited_while_what_is_required_is_empty_and_stays_so() -> None:
    customer = make_customer(phone="1")
    settle(required_for_staff=["phone", "email", "billing_address"])
    update_customer(actor=SYSTEM, customer=customer, company="Acme", email="", addresses=[])
    update_customer(actor=SYSTEM, customer=customer, addresses=[BOTH[1]])
    update_customer(actor=SYSTEM, customer=customer, phone="2")
    assert still_empty(customer) == ["E-mail", "Billing address"]
    customer = update_customer(actor=SYSTEM, customer=customer, email="ada@example.com", addresses=BOTH)
    assert still_empty(customer) == []


def test_what_is_filled_and_required_is_not_emptied() -> None:
    customer = make_customer(phone="1", email="ada@example.com")
    address = make_address(customer, is_primary=True)
    settle(required_for_staff=["phone", "email", "billing_address"])
    for given in ("", "  ", None):
        assert list(refused(update_customer, actor=SYSTEM, customer=customer, phone=given)) == ["phone"]
    both = refused(update_customer, actor=SYSTEM, customer=customer, phone="", email="")
    assert list(both) == ["email", "phone"]
    changed = [{"id": address.pk, "kind": "shipping"}]
    for addresses in ([], changed, [BOTH[1]]):
        assert list(refused(update_customer, actor=SYSTEM, customer=customer, addresses=addresses)) == ["addresses"]
    update_customer(actor=SYSTEM, customer=customer, addresses=[{"id": address.pk}, BOTH[1]])
    update_customer(actor=SYSTEM, customer=customer, company="Acme")


def test_what_somebody_filled_in_meanwhile_is_not_emptied_by_who_left_it_alone() -> None:
    customer, settings = make_customer(), {"required_for_staff": ["phone"]}
    settle(**settings)
    seen = version_of(customer)
    update_customer(actor=SYSTEM, customer=customer, phone="1")
    update_customer(actor=SYSTEM, customer=customer, seen=seen, phone="", company="Acme")
    customer.refresh_from_db()
    assert (customer.phone, customer.company) == ("1", "Acme")


def test_customers_obey_a_list_of_their_own() -> None:
    customer = make_customer(phone="1", email="ada@example.com")
    user = make_portal_user(customer)
    settle(required_for_staff=["phone"], required_for_customers=["email"])
    assert list(refused(update_customer, actor=user, customer=customer, email="")) == ["email"]
    update_customer(actor=user, customer=customer, phone="")


def test_each_site_has_its_own_list() -> None:
    other = Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page)
    settle(other, required_for_staff=["phone"])
    create_customer(actor=SYSTEM, company="Acme")
    assert list(refused(create_customer, actor=SYSTEM, company="Acme", site=other)) == ["phone"]


def test_an_import_leaves_out_rows_that_lack_something_and_reads_the_settings_once(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    settle(required_for_staff=["phone", "birth_date", "billing_address", "referral_source"])
    rows = [customer_row(Key=f"K{number}", Last="Stone") for number in range(20)]
    file = customer_file(tmp_path, *rows)
    with django_assert_max_num_queries(12):
        report = import_customers(actor=SYSTEM, files=[file], mapping=MAPPING)
    assert (report.created, report.refused) == (0, 20)
    told = report.problems[0].reason
    assert "Phone is required." in told
    assert "Billing address is required." in told
    # A column that the file has is named, what no column holds is said by its name.
    assert report.problems[0].column.split(", ") == ["", "Born"]
    assert not Customer.objects.exists()
    assert not Address.objects.exists()
