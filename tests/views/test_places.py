"""The city of a postal code, as the form asks for it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_address, make_customer
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@each_role
def test_who_may_write_customers_is_answered(client: Client, role: str) -> None:
    make_address(make_customer(), postal_code="69001", city="Lyon", country="FR")
    response = sign_in(client, role).get(reverse("customers:places"), {"postal_code": "69001"})
    if role in ("staff", "manager"):
        assert response.json() == {"places": [{"city": "Lyon", "region": "", "country": "FR"}]}
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    else:
        assert is_refused(response, role)


@pytest.mark.parametrize("code", ["", "\x00", "9" * 10_000, "=CMD()", "99999999999999999999999"])
def test_hostile_questions_are_answered_with_nothing(client: Client, code: str) -> None:
    sign_in(client, "staff")
    assert client.get(reverse("customers:places"), {"postal_code": code, "country": code}).json() == {"places": []}
    assert client.post(reverse("customers:places")).status_code == 405
