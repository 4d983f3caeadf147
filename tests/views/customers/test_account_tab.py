"""The tab "Account"."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.views.customers.tabs import page_url
from tests.factories import make_address, make_auditor, make_customer, make_staff

pytestmark = pytest.mark.django_db


def panel(client: Client, customer: Any) -> str:
    response = client.get(reverse("customers:tab_panel", args=[customer.pk, "account"]))
    return " ".join(response.content.decode().split())


def test_what_is_filled_in_is_told_and_nothing_of_what_is_empty(client: Client) -> None:
    client.force_login(make_auditor())
    customer = make_customer(birth_date=datetime.date(1986, 5, 14), language="en", referral_source="A friend")
    page = panel(client, customer)
    for told in ("May 14, 1986", "English", "A friend", customer.number):
        assert told in page
    assert "Company" not in page
    assert "Certificate number" not in page


def test_each_group_leads_to_its_first_field_in_the_form_for_those_who_may_edit(client: Client) -> None:
    customer = make_customer()
    edit = reverse("customers:edit", args=[customer.pk])
    client.force_login(make_staff())
    page, form = panel(client, customer), client.get(edit).content.decode()
    for field in ("first_name", "birth_date", "notify_account", "tax_exempt"):
        assert page.count(f'href="{edit}#id_{field}"') == 1
        assert f'id="id_{field}"' in form
    assert page.count(f'href="{edit}#id_addresses-ADD"') == 2
    assert 'id="id_addresses-ADD"' in form
    client.force_login(make_auditor())
    assert edit not in panel(client, customer)


def test_each_address_leads_to_its_own_row_of_the_form(client: Client) -> None:
    client.force_login(make_staff())
    customer = make_customer()
    for kind, line in (("shipping", "2 Quay"), ("billing", "3 Mill"), ("shipping", "1 Quay")):
        make_address(customer, kind=kind, line1=line, is_primary=line != "2 Quay")
    edit = reverse("customers:edit", args=[customer.pk])
    page, form = panel(client, customer), client.get(edit).content.decode()
    for position, line in enumerate(("3 Mill", "1 Quay", "2 Quay")):
        link = page.index(f'href="{edit}#id_addresses-{position}-line1"')
        assert page[link:].split("</a>")[0].endswith(f" {line}</span>")
        assert re.search(rf'<input[^>]* value="{line}"[^>]* id="id_addresses-{position}-line1"', form)
    client.force_login(make_auditor())
    assert edit not in panel(client, customer)


@pytest.mark.parametrize(("days", "expired"), [(-1, True), (0, False), (None, False)])
def test_a_certificate_that_ran_out_is_told_as_expired(client: Client, days: int | None, expired: bool) -> None:
    client.force_login(make_staff())
    until = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    customer = make_customer(tax_exempt=True, tax_exempt_until=until)
    assert ("Expired" in panel(client, customer)) == expired
    assert client.get(page_url(customer, "history")).content.decode().count("Expired") == expired


def test_addresses_are_told_in_full_by_kind_with_the_primary_one_first(client: Client) -> None:
    client.force_login(make_staff())
    customer = make_customer()
    make_address(customer, kind="shipping", line1="2 Quay", postal_code="69001", city="Lyon", country="FR", phone="123")
    make_address(customer, kind="shipping", line1="1 Quay", is_primary=True, first_name="Jo", last_name="Ek")
    page = panel(client, customer)
    for told in ("69001 Lyon", "France", "123", "Jo Ek"):
        assert told in page
    assert page.index("Shipping addresses") < page.index("1 Quay") < page.index("Primary") < page.index("2 Quay")
    assert page.count("Primary") == 1
