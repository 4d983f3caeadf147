"""The tab "Orders" and what one order shows besides its lines."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from customer_admin.models import Customer, Order, recording
from customer_admin.views.customers.tabs import page_url
from tests.factories import make_auditor, make_class, make_customer, make_manager, make_order, make_staff, make_user
from tests.views.changes.roles import each_role, is_refused, sign_in

from .hostile import HOSTILE, is_harmless

pytestmark = pytest.mark.django_db


def order_url(order: Order) -> str:
    return reverse("customers:order", args=[order.customer_id, order.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def customer(client: Client) -> Customer:
    client.force_login(make_staff())
    return make_customer()


def test_the_customers_own_orders_stand_newest_first_and_lead_to_their_pages(
    client: Client, customer: Customer
) -> None:
    old = make_order(customer, placed_at="2024-01-05T10:00Z")
    new = make_order(customer, placed_at="2025-01-05T10:00Z", channel="Phone", status="open")
    make_order(make_customer())
    response = client.get(reverse("customers:orders", args=[customer.pk]))
    assert list(response.context["page"].object_list) == [new, old]
    page = text_of(response)
    for told in (f'href="{order_url(new)}"', "Phone", "Open"):
        assert told in page


def test_orders_are_narrowed_by_status_and_year_with_what_they_come_to(client: Client, customer: Customer) -> None:
    first = make_order(customer, placed_at="2024-01-05T10:00Z", total=Decimal("7.50"))
    make_order(customer, placed_at="2024-02-05T10:00Z", status="cancelled")
    make_order(customer, placed_at="2025-01-05T10:00Z")
    address = page_url(customer, "orders")

    def found(query: str) -> list[Order]:
        return list(client.get(f"{address}?{query}").context["page"].object_list)

    assert found("status=completed&year=2024") == [first]
    assert len(found("year=2024")) == 2
    for nonsense in ("status=evil", "year=0000", "year=99999", "year=abc", "year=²⁰²⁴", "year=9999", "year=0001"):
        assert len(found(nonsense)) == 3
    assert found("year=1999") == []
    page = text_of(client.get(f"{address}?status=completed&year=2024"))
    assert "7.50 USD" in page
    assert f'href="{address}?status=completed&amp;year=2025"' in page
    assert f'href="{address}?year=2024"' in page
    assert 'aria-current="true">2024' in page


def test_orders_are_sorted_by_what_a_column_offers(client: Client, customer: Customer) -> None:
    for total in (5, 50, 7):
        make_order(customer, total=Decimal(total))
    response = client.get(f"{page_url(customer, 'orders')}?ordering=-total")
    assert [order.total for order in response.context["page"].object_list] == [50, 7, 5]


def test_pages_lead_to_the_address_of_the_tab_and_keep_what_was_chosen(client: Client, customer: Customer) -> None:
    with recording(actor=make_staff()):
        Order.objects.bulk_create(
            Order(customer=customer, number=f"B{n}", placed_at="2024-01-05T10:00Z", currency="USD", total=1)
            for n in range(21)
        )
    make_order(customer, placed_at="2025-01-05T10:00Z")
    address = page_url(customer, "orders")
    panel = client.get(f"{reverse('customers:tab_panel', args=[customer.pk, 'orders'])}?year=2024")
    assert f'href="{address}?year=2024&amp;p=2"' in text_of(panel)
    last = client.get(f"{address}?year=2024&p=2")
    assert len(last.context["page"].object_list) == 1
    assert len(client.get(f"{address}?p=999999").context["page"].object_list) == 2


@pytest.mark.parametrize(("language", "shown"), [("en", "1,234.50 USD"), ("de", "1.234,50 USD")])
def test_large_totals_are_shown_as_people_write_them(client: Client, language: str, shown: str) -> None:
    user = make_staff()
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    client.force_login(user)
    customer = make_customer()
    make_order(customer, total=Decimal("1234.5"))
    assert f'<td data-label="Total" class="customer-admin-number">{shown}</td>' in text_of(
        client.get(page_url(customer, "orders"))
    )


@each_role
def test_an_order_opens_for_its_roles_only_and_only_with_its_customer(client: Client, role: str) -> None:
    sign_in(client, role)
    order, other = make_order(make_customer(), lines=2), make_customer()
    response = client.get(order_url(order))
    if role not in ("staff", "auditor", "manager"):
        assert is_refused(response, role)
        return
    assert [line.description for line in response.context["lines"]] == ["Item 1", "Item 2"]
    assert client.get(reverse("customers:order", args=[other.pk, order.pk])).status_code == 404


def test_an_order_is_closed_without_its_permission(client: Client) -> None:
    client.force_login(make_user(permissions=("view_customer",)))
    assert client.get(order_url(make_order(make_customer()))).status_code == 302


def test_an_order_shows_addresses_terms_of_the_class_and_layout(client: Client, customer: Customer) -> None:
    trade = make_class(
        name="Trade", discount_percent=Decimal(30), case_discount_percent=Decimal("35.5"), invoice_layout="business_2"
    )
    customer = make_customer(customer_class=trade)
    order = make_order(customer, billing_address="Box 7\nLyon", shipping_address="2 Quay\nMetz")
    page = text_of(client.get(order_url(order)))
    for told in (
        "Box 7 Lyon",
        "2 Quay Metz",
        "Trade",
        "30 % discount",
        "35.5 % by the case",
        "Business 2",
        "of the class",
    ):
        assert told in page
    order = make_order(customer, invoice_layout="services")
    page = text_of(client.get(order_url(order)))
    assert "Services" in page
    assert "of the class" not in page


def test_an_order_tells_who_gave_it_to_this_customer(client: Client, customer: Customer) -> None:
    order, manager = make_order(make_customer()), make_manager("max", first_name="Max", last_name="Moor")
    with recording(actor=manager, kind="assign") as current:
        Order.objects.filter(pk=order.pk).update(customer=customer)
    order.refresh_from_db()
    detail = reverse("customer_admin_changes:detail", args=[current.change_set.pk])
    for make, address in ((make_staff, f"{detail}?customer={customer.pk}"), (make_auditor, detail)):
        client.force_login(make())
        page = text_of(client.get(order_url(order)))
        assert f'<a href="{address}">Assignment</a>' in page or f'<a href="{address}">' in page
        assert "Max Moor," in page
    client.force_login(make_user(permissions=("view_customer", "view_order")))
    assert "Max Moor" not in text_of(client.get(order_url(order)))


def test_the_path_to_an_order_leads_over_its_customer_and_the_tab(client: Client, customer: Customer) -> None:
    crumbs = client.get(order_url(make_order(customer))).context["breadcrumbs_items"]
    assert [crumb["url"] for crumb in crumbs[-3:]] == [page_url(customer), page_url(customer, "orders"), ""]


def test_a_stop_covers_addresses_and_who_assigned_it(client: Client, customer: Customer) -> None:
    from tests.factories import make_note

    make_note(customer, alert_clerk=True, alert_level="stop")
    order = make_order(customer, shipping_address="2 Quay")
    page = text_of(client.get(order_url(order)))
    assert "2 Quay" not in page
    assert "Came to this customer by" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_an_order_says_is_shown_as_text(client: Client, customer: Customer, text: str) -> None:
    order = make_order(customer, number=text[:40], channel=text[:40], billing_address=text, shipping_address=text)
    assert is_harmless(client.get(order_url(order)).content.decode(), text)
