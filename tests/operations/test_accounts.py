"""Holding the account for which a host writes rows."""

import pytest
from django.db import transaction

from customer_admin.models import SYSTEM, Customer, Order, recording
from customer_admin.operations import delete_customer, hold_account, merge_customers
from tests.factories import make_customer, make_order
from tests.threads import on_postgresql, start_waiting

pytestmark = pytest.mark.django_db


def test_a_customer_who_was_merged_is_the_account_that_stays() -> None:
    first, stays, goes = make_customer(), make_customer(), make_customer()
    assert hold_account(customer=goes) == goes
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    merge_customers(actor=SYSTEM, survivor=first, duplicates=[stays])
    assert hold_account(customer=goes) == hold_account(customer=goes.pk) == first


def test_who_was_deleted_can_not_be_held() -> None:
    customer = make_customer()
    key = customer.pk
    delete_customer(actor=SYSTEM, customer=customer)
    with pytest.raises(Customer.DoesNotExist):
        hold_account(customer=key)


@on_postgresql
def test_a_row_written_during_a_merge_goes_to_the_account_that_stays() -> None:
    stays, goes = make_customer(), make_customer()

    def write() -> None:
        with recording(actor=SYSTEM):
            make_order(hold_account(customer=goes))

    with transaction.atomic():
        merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
        writing = start_waiting(write)
    writing.join(timeout=30)
    assert Order.objects.get().customer == stays


@on_postgresql
def test_a_merge_waits_for_rows_that_are_being_written_and_takes_them_along() -> None:
    stays, goes = make_customer(), make_customer()
    with recording(actor=SYSTEM):
        account = hold_account(customer=goes)
        merging = start_waiting(lambda: merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes]))
        make_order(account)
    merging.join(timeout=30)
    assert Order.objects.get().customer == stays
