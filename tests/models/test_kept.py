"""Places and the last order in the customer's row follow the rows that they come from, whatever writes those."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from customer_admin.models import SYSTEM, Address, ChangeSet, Customer, Order, recording
from customer_admin.operations import delete_customer, revert_change_set, update_customer
from tests.factories import make_address, make_customer, make_order
from tests.kept import kept_wrongly

pytestmark = pytest.mark.django_db
NOW = timezone.now()
EARLIER = NOW - datetime.timedelta(days=9)


def kept(customer: Customer) -> tuple[str, datetime.datetime | None]:
    assert kept_wrongly() == []
    row = Customer.all_objects.get(pk=customer.pk)
    return row.places, row.last_order_at


def test_orders_decide_the_last_order_unless_they_are_cancelled_or_refunded() -> None:
    customer = make_customer()
    assert kept(customer)[1] is None
    first, second = make_order(customer, placed_at=EARLIER), make_order(customer, placed_at=NOW)
    assert kept(customer)[1] == NOW
    with recording(actor=SYSTEM):
        second.status = "refunded"
        second.save()
    assert kept(customer)[1] == EARLIER
    with recording(actor=SYSTEM):
        Order.objects.update(placed_at=NOW)
    assert kept(customer)[1] == NOW
    with recording(actor=SYSTEM):
        first.delete()
    assert kept(customer)[1] is None


def test_an_order_that_moves_counts_for_its_new_customer() -> None:
    one, other = make_customer(), make_customer()
    make_order(one, placed_at=NOW)
    with recording(actor=SYSTEM):
        Order.objects.update(customer=other)
    assert (kept(one)[1], kept(other)[1]) == (None, NOW)
    with recording(actor=SYSTEM):
        Order.objects.update(customer=None)
    assert kept(other)[1] is None


def test_many_orders_are_counted_over_several_transactions_of_one_change_set() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM, kind="import") as current:
        make_order(customer, placed_at=EARLIER)
    with recording(actor=SYSTEM, change_set=current.change_set):
        make_order(customer, placed_at=NOW)
    assert kept(customer)[1] == NOW


def test_addresses_decide_the_places() -> None:
    customer = make_customer()
    update_customer(actor=SYSTEM, customer=customer, addresses=[{"line1": "1", "postal_code": "12", "city": "Ulm"}])
    assert kept(customer)[0] == " 12\t ulm\n"
    address = Address.objects.get()
    with recording(actor=SYSTEM):
        Address.objects.update(city="Bonn")
    assert kept(customer)[0] == " 12\t bonn\n"
    with recording(actor=SYSTEM):
        address.delete()
    assert kept(customer)[0] == ""


def test_saving_an_instance_that_was_read_before_leaves_them_as_they_are() -> None:
    customer = make_customer()
    make_address(customer, city="Ulm")
    make_order(customer, placed_at=NOW)
    with recording(actor=SYSTEM):
        customer.phone = "1"
        customer.save()
        customer.save(update_fields=["phone", "places", "last_order_at"])
    assert kept(customer) == ("\t ulm\n", NOW)


def test_a_rolled_back_address_leaves_no_place() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        customer.phone = "1"
        customer.save()
        with transaction.atomic():
            make_address(customer, city="Ulm")
            transaction.set_rollback(True)
    assert kept(customer)[0] == ""


def test_a_customer_who_is_restored_has_them_again() -> None:
    customer = make_customer()
    make_address(customer, city="Ulm")
    make_order(customer, placed_at=NOW)
    gone = delete_customer(actor=SYSTEM, customer=customer)
    revert_change_set(actor=SYSTEM, change_set=ChangeSet.objects.get(pk=gone.pk))
    assert kept(customer) == ("\t ulm\n", NOW)


def test_they_are_no_part_of_the_history() -> None:
    customer = make_customer()
    make_order(customer)
    assert Customer.history.count() == 1
