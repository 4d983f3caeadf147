"""The orders of a customer in the admin."""

from decimal import Decimal

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import make_auditor, make_customer, make_order, make_staff, make_user

pytestmark = pytest.mark.django_db


def test_the_list_shows_the_customers_own_orders_newest_first_with_totals(client):
    client.force_login(make_staff())
    customer = make_customer()
    old = make_order(customer, placed_at="2024-01-05T10:00Z", total=Decimal("10.50"))
    new = make_order(customer, placed_at="2025-01-05T10:00Z", total=Decimal("4.50"))
    make_order(customer, placed_at="2023-01-05T10:00Z", total=Decimal("99"), status="cancelled")
    make_order(make_customer())
    response = client.get(reverse("customers:orders", args=[customer.pk]))
    assert list(response.context["object_list"])[:2] == [new, old]
    assert len(response.context["object_list"]) == 3
    (totals,) = response.context["totals"]
    assert (totals.count, totals.sum, totals.currency) == (2, Decimal("15.00"), "USD")
    assert (totals.first.year, totals.last.year) == (2024, 2025)


@pytest.mark.parametrize(("language", "shown"), [("en", "1,234.50 USD"), ("de", "1.234,50 USD")])
def test_the_list_shows_large_totals_as_people_write_them(client, language, shown):
    user = make_staff()
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    client.force_login(user)
    customer = make_customer()
    make_order(customer, total=Decimal("1234.5"))
    text = client.get(reverse("customers:orders", args=[customer.pk])).content.decode()
    assert f'<td class="customer-admin-number">{shown}</td>' in text


def test_an_order_shows_its_lines_and_only_with_its_customer(client):
    client.force_login(make_auditor())
    customer, other = make_customer(), make_customer()
    order = make_order(customer, lines=2)
    response = client.get(reverse("customers:order", args=[customer.pk, order.pk]))
    assert [line.description for line in response.context["lines"]] == ["Item 1", "Item 2"]
    assert client.get(reverse("customers:order", args=[other.pk, order.pk])).status_code == 404


def test_orders_are_closed_without_their_permission(client):
    client.force_login(make_user(permissions=("view_customer",)))
    customer = make_customer()
    order = make_order(customer)
    assert client.get(reverse("customers:orders", args=[customer.pk])).status_code == 302
    assert client.get(reverse("customers:order", args=[customer.pk, order.pk])).status_code == 302
