from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Site

from customer_admin.models import SYSTEM, Customer, PortalLogin, recording
from customer_admin.operations import delete_login, set_login_enabled
from portal.tree import PortalTree
from tests.factories import (
    make_address,
    make_auditor,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_staff,
    make_user,
)
from tests.portal.conftest import make_login, make_site, sign_in, switch_portal

ADDRESS = "/portal/account/"
SIGN_IN = "/portal/sign-in/"


def test_a_customer_sees_own_details_and_addresses(client: Client, portal: PortalTree) -> None:
    customer = make_customer(
        first_name="Zoë", last_name="<b>Öz</b>", company="Öz & Co", email="zoe@example.com", phone="555 01"
    )
    make_address(customer, line1="7 Long Lane", city="Ipswich", country="GB", is_primary=True)
    sign_in(client, make_login(customer, username="zoe"))

    page = client.get(ADDRESS).content.decode()

    for text in ("Zoë &lt;b&gt;Öz&lt;/b&gt;", "Öz &amp; Co", "zoe@example.com", "555 01", customer.number):
        assert text in page
    for text in ("7 Long Lane", "Ipswich", "United Kingdom", "Billing", "Primary"):
        assert text in page


def test_nothing_internal_shows(customer_client: Client, login: PortalLogin) -> None:
    make_note(login.customer, body="Never pays in time.", alert_clerk=True)

    assert "Never pays" not in customer_client.get(ADDRESS).content.decode()


def test_nobody_elses_data_shows(customer_client: Client) -> None:
    other = make_customer(first_name="Bea", last_name="Other")
    make_address(other, line1="9 Other Road")
    make_order(other, number="OTHER-1")
    make_order(None, number="NOBODYS-1")

    page = customer_client.get(ADDRESS).content.decode()

    for text in ("Other", "9 Other Road", "OTHER-1", "NOBODYS-1"):
        assert text not in page


def visitor(client: Client, kind: str, login: PortalLogin) -> None:
    """Sign `client` in as one of the kinds in the table below."""
    makers = {"staff": make_staff, "auditor": make_auditor, "manager": make_manager, "member": make_user}
    if kind in makers:
        client.force_login(makers[kind](kind))
    elif kind == "superuser":
        client.force_login(make_user("root", is_superuser=True, is_staff=True))
    elif kind == "customer":
        sign_in(client, login)
    elif kind == "other site's customer":
        client.force_login(make_login(make_customer(site=make_site("other.example")), username="bea").user)


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}orders/SO1/"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("anonymous", 302),
        ("customer", 200),
        ("other site's customer", 302),
        ("member", 403),
        ("staff", 403),
        ("auditor", 403),
        ("manager", 403),
        ("superuser", 403),
    ],
)
def test_who_gets_in(client: Client, login: PortalLogin, kind: str, expected: int, address: str) -> None:
    make_order(login.customer, number="SO1")
    visitor(client, kind, login)

    response = client.get(address)

    assert response.status_code == expected
    assert ("SO1" in response.content.decode()) is (expected == 200)
    if expected == 302:
        assert response["Location"].startswith(f"{SIGN_IN}?next=")
        # No circle: the sign-in shows its form to them.
        assert client.get(response["Location"]).status_code == 200


def test_the_way_back_keeps_the_whole_address(client: Client, portal: PortalTree) -> None:
    response = client.get(f"{ADDRESS}?page=2&x=%C3%A9")

    assert response["Location"] == f"{SIGN_IN}?next=%2Fportal%2Faccount%2F%3Fpage%3D2%26x%3D%25C3%25A9"


def test_a_very_long_address_is_dropped_from_the_way_back(client: Client, portal: PortalTree) -> None:
    assert client.get(f"{ADDRESS}?x={'a' * 10_000}")["Location"] == SIGN_IN


def test_staff_read_why_and_where_to_go(client: Client, login: PortalLogin) -> None:
    client.force_login(make_staff("sam", first_name="Sam", last_name="Staff"))

    page = client.get(ADDRESS).content.decode()

    assert "You are signed in as <strong>Sam Staff</strong>" in page
    assert 'href="/admin/"' in page
    assert 'action="/portal/sign-in/sign-out/"' in page
    assert login.customer.last_name not in page


def test_other_users_of_the_site_are_not_sent_to_the_admin(client: Client, portal: PortalTree) -> None:
    client.force_login(make_user("member"))

    assert 'href="/admin/"' not in client.get(ADDRESS).content.decode()


def test_disabling_ends_the_session_at_the_next_click(customer_client: Client, login: PortalLogin) -> None:
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)

    response = customer_client.get(ADDRESS)

    assert response["Location"].startswith(SIGN_IN)
    assert sign_in(customer_client, login).context["form"].non_field_errors() == [
        "Account is disabled. Please contact us."
    ]


def test_a_login_disabled_without_its_user_is_refused_too(customer_client: Client, login: PortalLogin) -> None:
    with recording(actor=SYSTEM):
        PortalLogin.objects.filter(pk=login.pk).update(is_enabled=False)

    assert customer_client.get(ADDRESS)["Location"].startswith(SIGN_IN)
    assert customer_client.get(SIGN_IN).status_code == 200


def test_deleting_the_login_ends_the_session(customer_client: Client, login: PortalLogin) -> None:
    delete_login(actor=SYSTEM, login=login)

    assert customer_client.get(ADDRESS)["Location"].startswith(SIGN_IN)


def test_a_merged_away_customer_does_not_get_in(customer_client: Client, login: PortalLogin) -> None:
    survivor = make_customer()
    with recording(actor=SYSTEM):
        Customer.all_objects.filter(pk=login.customer_id).update(merged_into=survivor)

    assert customer_client.get(ADDRESS)["Location"].startswith(SIGN_IN)


def test_a_portal_that_is_off_sends_to_the_closed_door(customer_client: Client, site: Site) -> None:
    switch_portal(site, enabled=False)

    response = customer_client.get(ADDRESS, follow=True)

    assert "closed at the moment" in response.content.decode()


def test_orders_come_newest_first_ten_a_page(customer_client: Client, login: PortalLogin) -> None:
    now = timezone.now()
    for position in range(23):
        make_order(login.customer, number=f"N{position:02}", placed_at=now - timedelta(days=position))

    def numbers(page: str) -> list[str]:
        response = customer_client.get(ADDRESS, {"page": page})
        assert response.status_code == 200
        return [order.number for order in response.context["orders"]]

    first, last = [f"N{n:02}" for n in range(10)], ["N20", "N21", "N22"]
    assert numbers("1") == first
    assert numbers("3") == last
    for odd in ("", "x", "1.5", "\x00", "９９９x", "9" * 5_000):
        assert numbers(odd) == first
    for beyond in ("99", "0", "-1"):
        assert numbers(beyond) == last


def test_without_orders_the_page_says_so(customer_client: Client) -> None:
    assert "You have no orders yet." in customer_client.get(ADDRESS).content.decode()


def test_an_order_shows_its_lines_and_totals(customer_client: Client, login: PortalLogin) -> None:
    make_order(
        login.customer, number="SO-2026/ü 17", lines=2, total=Decimal("1234.5"), shipping=Decimal(3), currency="EUR"
    )

    listing = customer_client.get(ADDRESS).content.decode()
    assert 'href="/portal/account/orders/SO-2026_2f_c3_bc_2017/"' in listing
    page = customer_client.get("/portal/account/orders/SO-2026_2f_c3_bc_2017/").content.decode()

    for text in ("Order SO-2026/ü 17", "Item 1", "Item 2", "1,234.50 EUR", "3.00 EUR"):
        assert text in page


@pytest.mark.parametrize("segment", ["OTHER-1", "NOBODYS-1", "UNKNOWN", "_00", "_", "a" * 10_000])
def test_an_order_that_is_not_ones_own_is_not_there(customer_client: Client, segment: str) -> None:
    make_order(make_customer(), number="OTHER-1", lines=1)
    make_order(None, number="NOBODYS-1", lines=1)

    response = customer_client.get(f"{ADDRESS}orders/{segment}/")

    assert response.status_code == 404
    assert "There is no order with this number in your account" in response.content.decode()
    assert "Item 1" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_number_of_queries_does_not_grow_with_the_orders(
    customer_client: Client, login: PortalLogin, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_order(login.customer, number="ONE", lines=1)
    make_address(login.customer)
    for address, make_more in (
        (ADDRESS, lambda: [make_order(login.customer, lines=2) for _time in range(9)]),
        (f"{ADDRESS}orders/ONE/", lambda: None),
    ):
        customer_client.get(address)
        make_more()
        make_address(login.customer)
        with django_assert_max_num_queries(17):
            assert customer_client.get(address).status_code == 200


def test_a_post_without_a_session_changes_nothing(client: Client, login: PortalLogin) -> None:
    assert client.post(ADDRESS, {"first_name": "Eve"})["Location"].startswith(SIGN_IN)
    assert SESSION_KEY not in client.session
