"""Who is there already, told while somebody types, and without a script once when it is saved."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy

from customer_admin.models import Customer
from tests.factories import make_address, make_customer, make_staff, make_user
from tests.hard.strings import STRINGS
from tests.sweep.browser import as_shown, shown
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, sign_in

pytestmark = pytest.mark.django_db
SIMILAR = reverse_lazy("customer_admin_duplicates:similar")
ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": "030 1234567"}


@pytest.fixture
def ada(db: None) -> Customer:
    for number in range(20):
        make_customer(first_name=f"Person{number}", last_name=f"Nobody{number}", email="")
    return make_customer(**ADA)


@each_role
def test_who_may_see_customers_is_told_who_is_there(client: Client, role: str, ada: Customer) -> None:
    response = sign_in(client, role).post(SIMILAR, {**ADA, "birth_date": "1980-"})
    assert (ada.number in response.content.decode()) is (role in ("staff", "auditor", "manager"))


def test_the_answer_has_a_link_and_the_reasons(client: Client, ada: Customer) -> None:
    client.force_login(make_staff())
    page = client.post(SIMILAR, ADA).content.decode()
    assert reverse("customers:inspect", args=[ada.pk]) in page
    assert "Same name, same e-mail, same phone" in page


def test_nobody_similar_is_an_empty_answer_and_oneself_does_not_count(client: Client, ada: Customer) -> None:
    client.force_login(make_staff())
    assert client.post(SIMILAR, {}).content.strip() == b""
    assert client.post(SIMILAR, {**ADA, "pk": ada.pk}).content.strip() == b""


def test_an_address_that_is_removed_from_the_form_does_not_count(client: Client, ada: Customer) -> None:
    make_address(ada, line1="12 Main Street", postal_code="97201", city="Portland")
    client.force_login(make_staff())
    typed = {"addresses-0-line1": "12 Main Street", "addresses-0-postal_code": "97201", "last_name": "Lovelace"}
    assert ada.number in client.post(SIMILAR, typed).content.decode()
    assert client.post(SIMILAR, {**typed, "addresses-0-DELETE": "1"}).content.strip() == b""


@pytest.mark.parametrize("name", STRINGS)
def test_hard_text_is_answered(client: Client, name: str, ada: Customer) -> None:
    client.force_login(make_staff())
    text = STRINGS[name]
    data = dict.fromkeys((*ADA, "company", "account_number", "birth_date", "pk"), text)
    response = client.post(SIMILAR, data | {"addresses-0-line1": text, "addresses-0-postal_code": text})
    assert response.status_code == 200


def filled(client: Client, **values: Any) -> dict[str, Any]:
    return {**as_shown(shown(client, reverse("customers:add"))), **values}


def test_a_certain_duplicate_is_told_once_and_saved_when_it_is_sent_again(client: Client, ada: Customer) -> None:
    client.force_login(make_staff())
    data = filled(client, **ADA)
    with nothing_changes():
        refused = client.post(reverse("customers:add"), data)
    assert "save again to make a new one" in refused.content.decode()
    assert reverse("customers:inspect", args=[ada.pk]) in refused.content.decode()
    again = {**data, "duplicates_seen": refused.context["form"]["duplicates_seen"].value()}
    assert client.post(reverse("customers:add"), again).status_code == 302
    assert Customer.objects.filter(email=ADA["email"]).count() == 2


def test_who_may_not_see_customers_is_told_of_none(client: Client, ada: Customer) -> None:
    client.force_login(make_user(permissions=("add_customer",)))
    response = client.post(reverse("customers:add"), filled(client, **ADA))
    assert response.status_code == 302
    assert Customer.objects.filter(email=ADA["email"]).count() == 2


def test_a_form_that_is_sent_twice_makes_one_customer(client: Client, ada: Customer) -> None:
    client.force_login(make_staff())
    data = filled(client, first_name="Grace", last_name="Hopper", email="grace@example.com", phone="030 7654321")
    for _time in range(2):
        assert client.post(reverse("customers:add"), data).status_code == 302
    assert Customer.objects.filter(email="grace@example.com").count() == 1
