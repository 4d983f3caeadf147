"""The keys by which duplicates are found: what they make the same, and that every door keeps them."""

from collections.abc import Callable

import pytest

from customer_admin.models import SYSTEM, Address, Customer, recording
from customer_admin.models.match_keys import company_core, name_key, phone_key, place_key, sound_of
from customer_admin.operations import import_customers, revert_change_set, update_customer
from tests.change_sets import newest
from tests.factories import make_address, make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("jon", "smith"), ("john", "smyth")),
        (("ada", "muller"), ("muller", "ada")),
        (("иван", "петров"), ("петров", "иван")),
    ],
)
def test_names_that_sound_alike_or_are_swapped_have_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert name_key(*one, "") == name_key(*other, "")
    assert name_key(*one, "") != name_key("ada", "stone", "")


@pytest.mark.parametrize("phone", ["+49 171 1234567", "0049 171 1234567", "0171/1234567", "(0171) 123 45 67"])
def test_a_phone_has_one_key_however_it_is_written(phone: str) -> None:
    assert phone_key(phone) == phone_key("0171 1234567")
    assert phone_key("") is phone_key("12") is None


def test_a_front_door_has_one_key_however_the_street_is_spelled() -> None:
    assert place_key("12 Main Street", "SW1A 1AA") == place_key("Main St. 12", "sw1a1aa") is not None
    assert place_key("12 Main Street", "") is place_key("", "45501") is None


def test_a_company_without_its_legal_form() -> None:
    assert company_core("acme, inc.") == company_core("acme gmbh") == "acme"
    assert company_core("ag") == "ag"


@pytest.mark.parametrize("name", ["", "'", "\u202e", "x" * 5000, "12", "ß", "山田"])
def test_a_hard_name_has_a_sound(name: str) -> None:
    assert isinstance(sound_of(name), str)


def keys_of(customer: Customer) -> tuple[int | None, int | None]:
    return Customer.all_objects.values_list("name_key", "phone_key").get(pk=customer.pk)


WANTED = name_key("grace", "hopper", ""), phone_key("030 1234567")
NEW = {"first_name": "Grace", "last_name": "Hopper", "phone": "030 1234567"}


def by_save(customer: Customer) -> None:
    for name, value in NEW.items():
        setattr(customer, name, value)
    customer.save()


def by_save_of_some_fields(customer: Customer) -> None:
    for name, value in NEW.items():
        setattr(customer, name, value)
    customer.save(update_fields=list(NEW))


def by_update(customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(**NEW)


def by_bulk_update(customer: Customer) -> None:
    for name, value in NEW.items():
        setattr(customer, name, value)
    Customer.objects.bulk_update([customer], list(NEW))


def by_operation(customer: Customer) -> None:
    update_customer(actor=SYSTEM, customer=customer, **NEW)


@pytest.mark.parametrize("door", [by_save, by_save_of_some_fields, by_update, by_bulk_update, by_operation])
def test_every_door_keeps_the_keys(door: Callable[[Customer], None]) -> None:
    customer = make_customer(first_name="Ada", last_name="Stone", phone="555 01234")
    before = keys_of(customer)
    with recording(actor=SYSTEM):
        door(customer)
    assert keys_of(customer) == WANTED
    revert_change_set(actor=SYSTEM, change_set=newest())
    assert keys_of(customer) == before


def test_rows_written_in_bulk_have_keys() -> None:
    site = make_customer().site
    with recording(actor=SYSTEM):
        (customer,) = Customer.objects.bulk_create([Customer(number="X1", site=site, **NEW)])
        Address.objects.bulk_create([Address(customer=customer, line1="12 Main Street", postal_code="45501")])
    assert keys_of(customer) == WANTED
    assert customer.addresses.get().place_key == place_key("12 Main Street", "45501")


def test_an_address_that_moves_has_another_key() -> None:
    address = make_address(make_customer(), line1="12 Main Street", postal_code="45501")
    with recording(actor=SYSTEM):
        Address.objects.update(postal_code="45502")
    address.refresh_from_db()
    assert address.place_key == place_key("12 Main Street", "45502")


def test_imported_customers_have_keys(tmp_path: object) -> None:
    file = tmp_path / "people.csv"  # type: ignore[operator]
    file.write_text("Key,First,Last,Phone,Street,Code\n1,Grace,Hopper,030 1234567,12 Main Street,45501\n")
    mapping = tmp_path / "people.toml"  # type: ignore[operator]
    mapping.write_text(
        '[customers.fields]\naccount_number = "Key"\nfirst_name = "First"\nlast_name = "Last"\nphone = "Phone"\n'
        '[[customers.addresses]]\nline1 = "Street"\npostal_code = "Code"\n'
    )
    import_customers(actor=SYSTEM, files=[file], mapping=str(mapping))
    customer = Customer.objects.get(account_number="1")
    assert keys_of(customer) == WANTED
    assert customer.addresses.get().place_key == place_key("12 Main Street", "45501")
