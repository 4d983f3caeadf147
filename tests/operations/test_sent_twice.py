"""A form for a new customer that is sent twice makes one customer."""

from functools import partial

import pytest

from customer_admin.models import Customer
from customer_admin.operations import create_customer
from tests.factories import make_customer, make_staff
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

ADDRESS = {"kind": "billing", "line1": "1 Rue", "city": "Lyon", "country": "FR"}


def test_the_same_form_sent_twice_makes_one_customer() -> None:
    staff, seen = make_staff(), make_customer().pk
    create = partial(create_customer, actor=staff, last_name="Ek", addresses=[ADDRESS], newest_seen=seen)
    first = create()
    with nothing_changes():
        assert create() == first


@pytest.mark.parametrize("other", [{"last_name": "Eck"}, {"addresses": [ADDRESS | {"line1": "2 Rue"}]}, {"phone": "1"}])
def test_another_name_or_address_makes_another_customer(other: dict) -> None:
    create = partial(create_customer, actor=make_staff(), last_name="Ek", addresses=[ADDRESS], newest_seen=0)
    assert create() != create(**other)


def test_a_form_opened_anew_makes_another_customer_of_the_same_name() -> None:
    staff = make_staff()
    first = create_customer(actor=staff, last_name="Ek", newest_seen=0)
    assert create_customer(actor=staff, last_name="Ek", newest_seen=first.pk) != first
    assert create_customer(actor=staff, last_name="Ek") != first


def test_two_people_may_each_make_a_customer_of_the_same_name() -> None:
    first = create_customer(actor=make_staff(), last_name="Ek", newest_seen=0)
    assert create_customer(actor=make_staff("second"), last_name="Ek", newest_seen=0) != first


@on_postgresql
def test_a_double_click_makes_one_customer() -> None:
    create = partial(create_customer, actor=make_staff(), last_name="Ek", newest_seen=0)
    one, two = run_together(create, create)
    assert one == two
    assert Customer.objects.count() == 1
