"""Whether a customer is still as somebody saw it."""

import pytest

from customer_admin.models import SYSTEM, Actor, ActorKind, Customer, recording
from customer_admin.selectors.history import newest_change_of, version_of
from tests.factories import make_address, make_customer, make_note, make_order

pytestmark = pytest.mark.django_db


def test_a_version_changes_with_the_customer_an_address_or_a_note_and_nothing_else() -> None:
    customer, other = make_customer(), make_customer()
    seen = [version_of(customer)]
    for write in (make_address, make_note):
        write(customer)
        seen.append(version_of(customer))
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=customer.pk).update(company="Acme")
    seen.append(version_of(customer))
    with recording(actor=SYSTEM):
        customer.addresses.get().delete()
    seen.append(version_of(customer))
    assert len(set(seen)) == 5
    make_order(customer), make_note(other), make_address(other)
    with recording(actor=SYSTEM):
        Customer.objects.get(pk=customer.pk).save()
    assert version_of(customer) == seen[-1]


def test_the_newest_change_is_the_one_committed_last() -> None:
    customer = make_customer()
    ann = Actor(kind=ActorKind.INTEGRATION, label="Ann")
    with recording(actor=ann):
        make_note(customer)
        with recording(actor=SYSTEM, separate=True):
            make_address(customer)
    newest = newest_change_of(customer)
    assert newest is not None
    assert newest.actor_label == "Ann"


def test_a_customer_without_history_has_no_newest_change() -> None:
    assert newest_change_of(Customer(pk=99999)) is None
