"""The tab "History"."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.operations import update_customer
from customer_admin.views.customers.tabs import page_url
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db


def test_the_newest_changes_are_told_and_the_rest_is_turned_to(client: Client) -> None:
    staff, customer = make_staff("sue", first_name="Sue", last_name="Hill"), make_customer()
    client.force_login(staff)
    for number in range(21):
        update_customer(actor=staff, customer=customer, phone=f"555-{number:04}", reason=f"Call {number}.")
    response = client.get(page_url(customer, "history"))
    page = response.content.decode()
    for told in ("Sue Hill", "Call 20.", "555-0020", f'href="{reverse("customers:history", args=[customer.pk])}"'):
        assert told in page
    assert "Call 0." not in page
    assert f'href="{page_url(customer, "history")}?p=2"' in page
    assert "Call 0." in client.get(f"{page_url(customer, 'history')}?p=2").content.decode()


def test_it_is_the_same_as_on_the_history_page(client: Client) -> None:
    staff, customer = make_staff(), make_customer()
    client.force_login(staff)
    update_customer(actor=staff, customer=customer, phone="1")

    def told(address: str) -> list[Any]:
        context = client.get(address).context
        return [row.instance for row in context["table"].rows]

    own = told(reverse("customers:tab_panel", args=[customer.pk, "history"]))
    assert own == told(reverse("customers:history", args=[customer.pk]))
    assert len(own) == 2


def test_the_history_page_leads_back_to_the_customer(client: Client) -> None:
    client.force_login(make_staff())
    customer = make_customer()
    crumbs = client.get(reverse("customers:history", args=[customer.pk])).context["breadcrumbs_items"]
    assert [crumb["url"] for crumb in crumbs[-2:]] == [page_url(customer), ""]
