"""The customer page: who sees what, what stands above the tabs, tabs and their panels, customers who are gone."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from customer_admin.models import Customer
from customer_admin.operations import acknowledge_note, delete_customer
from customer_admin.views.customers.tabs import HOOK, CustomerTab, ListTab, page_url
from tests.factories import (
    make_address,
    make_class,
    make_customer,
    make_login,
    make_manager,
    make_note,
    make_order,
    make_staff,
    make_user,
    open_portal,
)
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

from .hostile import HOSTILE, is_harmless

pytestmark = pytest.mark.django_db

TABS = (
    "account",
    "orders",
    "payment-methods",
    "linked-emails",
    "emails",
    "loyalty",
    "credit",
    "clubs",
    "notes",
    "history",
)
each_tab = pytest.mark.parametrize("tab", TABS)


def panel_url(customer: Customer, tab: str) -> str:
    return reverse("customers:tab_panel", args=[customer.pk, tab])


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def customer() -> Customer:
    return make_customer(email="ada@example.com", phone="+49 (30) 555-01", company="Stone & Sons")


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_staff("sue", first_name="Sue", last_name="Hill")
    client.force_login(user)
    return user


@each_role
def test_page_tabs_and_panels_are_open_to_those_who_may_see_customers(
    client: Client, customer: Customer, role: str
) -> None:
    sign_in(client, role)
    addresses = [page_url(customer), *(page_url(customer, tab) for tab in TABS)]
    for address in [*addresses, *(panel_url(customer, tab) for tab in TABS)]:
        response = client.get(address)
        assert response.status_code == 200 if role in ("staff", "auditor", "manager") else is_refused(response, role)


@pytest.mark.parametrize(
    ("permission", "tab"),
    [
        ("order", "orders"),
        ("savedpaymentmethod", "payment-methods"),
        ("linkedemail", "linked-emails"),
        ("outgoingemail", "emails"),
        ("loyaltyentry", "loyalty"),
        ("creditentry", "credit"),
        ("clubmembership", "clubs"),
        ("accountnote", "notes"),
        ("changeset", "history"),
    ],
)
def test_a_tab_needs_its_own_permission_and_is_not_there_without_it(
    client: Client, customer: Customer, permission: str, tab: str
) -> None:
    client.force_login(make_user(permissions=("view_customer",)))
    make_order(customer, number="AV-77")
    page = text_of(client.get(page_url(customer)))
    assert f'href="{page_url(customer, tab)}"' not in page
    assert "AV-77" not in page
    assert client.get(page_url(customer, tab)).status_code == 404
    assert client.get(panel_url(customer, tab)).status_code == 404
    client.force_login(make_user(permissions=("view_customer", f"view_{permission}")))
    assert f'href="{page_url(customer, tab)}"' in text_of(client.get(page_url(customer)))
    assert client.get(page_url(customer, tab)).status_code == client.get(panel_url(customer, tab)).status_code == 200


@each_tab
def test_each_tab_opens_by_its_own_address_and_the_others_wait(
    client: Client, staff: Any, customer: Customer, tab: str
) -> None:
    page = client.get(page_url(customer, tab)).content.decode()
    (opened,) = re.findall(r'aria-controls="tab-([\w-]+)"\s+aria-selected="true"\s+tabindex="0"', page)
    assert opened == tab
    waiting = re.findall(r'data-w-swap-src-value="([^"]+)"', page)
    assert waiting == [panel_url(customer, other) for other in TABS if other != tab]
    panel = client.get(panel_url(customer, tab)).content.decode()
    assert without_token(panel).strip() in without_token(page)


def test_the_page_opens_no_data_of_closed_tabs_and_a_panel_none_of_the_page(
    client: Client, staff: Any, customer: Customer, django_assert_max_num_queries: Any
) -> None:
    make_note(customer, body="Rings twice."), make_order(customer, number="AV-78")
    with django_assert_max_num_queries(30) as asked:
        assert "Rings twice." not in text_of(client.get(page_url(customer)))
    assert not any("noteacknowledgement" in query["sql"] for query in asked)
    with django_assert_max_num_queries(12) as asked:
        assert "Rings twice." in text_of(client.get(panel_url(customer, "notes")))
    assert not any("customer_admin_order" in query["sql"] for query in asked)


@pytest.mark.parametrize("tab", ["", *TABS])
def test_the_page_asks_as_many_questions_for_many_rows_as_for_one(
    client: Client, staff: Any, tab: str, django_assert_max_num_queries: Any
) -> None:
    def filled(count: int) -> Customer:
        customer = make_customer(customer_class=make_class())
        for number in range(count):
            make_address(customer, kind="billing" if number % 2 else "shipping")
            make_order(customer, placed_at=f"{2010 + number}-05-01T10:00Z", currency=("USD", "EUR", "CHF")[number % 3])
            note = make_note(customer, alert_clerk=True, kind="call" if number % 2 else "club")
            acknowledge_note(actor=staff, note=note)
            acknowledge_note(actor=make_staff(), note=note)
        return customer

    one, many = filled(1), filled(9)
    client.get(page_url(one, tab))
    with django_assert_max_num_queries(45) as few:
        client.get(page_url(one, tab))
    with django_assert_max_num_queries(45) as more:
        client.get(page_url(many, tab))
    # A history asks each model that it tells of once; the last changes of many tell of fewer models.
    assert len(more) <= len(few)


def test_the_top_tells_account_class_contact_and_preferences(client: Client, staff: Any) -> None:
    retail = make_class(name="Trade", discount_percent=Decimal("12.50"), case_discount_percent=Decimal(20))
    customer = make_customer(
        customer_class=retail, email="o'ada+1@example.com", phone="+49 (30) 555-01", notify_marketing=True
    )
    page = text_of(client.get(page_url(customer, "history")))
    for told in (
        customer.number, "Trade", "12.5 % discount", "20 % by the case", "Account notifications, marketing",
        'href="mailto:o%27ada%2B1@example.com"', 'href="tel:+493055501"',
    ):  # fmt: skip
        assert told in page


@pytest.mark.parametrize("phone", ["ask for Bob", "12", "555-0101 ext. 4"])
def test_what_no_telephone_can_dial_is_no_link(client: Client, staff: Any, phone: str) -> None:
    page = text_of(client.get(page_url(make_customer(phone=phone))))
    assert phone in page
    assert "tel:" not in page


def test_totals_stand_for_each_currency_with_the_newest_order_and_a_plot(client: Client, staff: Any) -> None:
    customer = make_customer()
    make_order(customer, total=Decimal("1234.50"), placed_at=timezone.now() - datetime.timedelta(days=40))
    make_order(customer, total=Decimal("3"), currency="EUR", placed_at=timezone.now() - datetime.timedelta(days=400))
    newest = make_order(customer, number="AV-9", status="cancelled")
    response = client.get(page_url(customer))
    page = text_of(response)
    address = reverse("customers:order", args=[customer.pk, newest.pk])
    for told in ("1,234.50 USD", "3.00 EUR", f'<a href="{address}">AV-9</a>', "Orders per month"):
        assert told in page
    assert page.count('<rect class="customer-admin-plot__orders"') == 2
    assert [button.url for button in response.context["header_buttons"][:2]] == [
        reverse("customers:edit", args=[customer.pk]),
        address,
    ]


def test_without_orders_there_is_neither_plot_nor_button(client: Client, staff: Any, customer: Customer) -> None:
    response = client.get(page_url(customer))
    assert "There are no orders." in text_of(response)
    assert "<svg viewBox" not in response.content.decode()
    assert [button.url for button in response.context["header_buttons"] if button.url] == [
        reverse("customers:edit", args=[customer.pk])
    ]


def test_the_login_stands_on_top_with_a_pencil_or_a_plus(client: Client, staff: Any, customer: Customer) -> None:
    add, edit = (reverse(f"customers:login_{name}", args=[customer.pk]) for name in ("add", "edit"))
    open_portal(is_open=False)
    page = text_of(client.get(page_url(customer)))
    assert "The portal of this site is off" in page
    assert add not in page
    open_portal()
    assert f'href="{add}"' in text_of(client.get(page_url(customer)))
    make_login(customer, "ada", password=None, send_set_password=True)
    page = text_of(client.get(page_url(customer)))
    assert f'href="{edit}"' in page
    assert "Not set yet" in page
    assert add not in page


def test_who_may_not_see_logins_is_told_of_one_no_more_than_that_it_is_there(
    client: Client, customer: Customer
) -> None:
    make_login(customer, "ada")
    client.force_login(make_user(permissions=("view_customer", "add_portallogin")))
    page = text_of(client.get(page_url(customer)))
    assert "This customer has a portal login." in page
    assert "ada@example.com" not in page.partition('id="login-heading"')[2].partition("</section>")[0]
    client.force_login(make_user(permissions=("view_customer",)))
    assert "login-heading" not in text_of(client.get(page_url(customer)))


@each_role
def test_an_alert_is_acknowledged_on_the_page_by_those_who_may(client: Client, customer: Customer, role: str) -> None:
    note = make_note(customer, body="In dispute.", alert_clerk=True, alert_level="stop")
    sign_in(client, role)
    address = reverse("customers:acknowledge", args=[customer.pk, note.pk])
    if role in ("staff", "manager"):
        assert f'action="{address}"' in text_of(client.get(page_url(customer)))
        response = client.post(address, follow=True)
        assert response.redirect_chain == [(page_url(customer), 302)]
        page = text_of(response)
        assert "Alert acknowledged." in page
        assert "Acknowledged by" in page
        assert f'action="{address}"' not in page
        with nothing_changes():
            client.post(address)
    else:
        with nothing_changes():
            assert is_refused(client.post(address), role)
        if role == "auditor":
            assert f'action="{address}"' not in text_of(client.get(page_url(customer)))


def test_an_alert_of_another_customer_or_none_is_told_and_leads_back(
    client: Client, staff: Any, customer: Customer
) -> None:
    other, plain = make_note(make_customer(), alert_clerk=True), make_note(customer)
    for key, told in ((other.pk, "deleted meanwhile"), ("9" * 30, "deleted meanwhile"), (plain.pk, "does not alert")):
        with nothing_changes():
            response = client.post(reverse("customers:acknowledge", args=[customer.pk, key]), follow=True)
        assert response.redirect_chain == [(page_url(customer), 302)]
        assert told in text_of(response)
    assert client.get(reverse("customers:acknowledge", args=[customer.pk, 1]))["Location"] == page_url(customer)


def test_the_menu_has_what_the_person_may_do(client: Client, customer: Customer) -> None:
    def urls() -> set[str]:
        *_buttons, more = client.get(page_url(customer)).context["header_buttons"]
        return {button.url for button in more.dropdown_buttons}

    open_portal()
    history, delete, login = (
        reverse(f"customers:{name}", args=[customer.pk]) for name in ("history", "delete", "login_add")
    )
    client.force_login(make_staff())
    assert urls() == {history, login}
    client.force_login(make_manager())
    assert urls() == {history, login, delete, f"{reverse('customers:merge')}?with={customer.pk}"}
    sign_in(client, "auditor")
    assert urls() == {history}


@pytest.mark.parametrize("key", ["0", "999999999999", "9" * 40])
@pytest.mark.parametrize("tab", ["", "orders"])
def test_a_customer_who_never_was_is_told_kindly(client: Client, staff: Any, key: str, tab: str) -> None:
    name, args = ("tab", [key, tab]) if tab else ("inspect", [key])
    response = client.get(reverse(f"customers:{name}", args=args))
    assert response.status_code == 404
    assert "There is no such customer." in text_of(response)
    assert client.get(reverse("customers:tab_panel", args=[key, "orders"])).status_code == 404


def test_a_merged_customer_leads_to_the_account_that_stayed(client: Client, staff: Any, customer: Customer) -> None:
    gone = make_customer(merged_into=customer)
    response = client.get(page_url(gone), follow=True)
    assert response.redirect_chain == [(page_url(customer), 302)]
    assert f"{gone.number} was merged into this account." in text_of(response)
    assert client.get(panel_url(gone, "account")).status_code == 404


def test_a_deleted_customer_is_told_with_who_deleted_them(client: Client, customer: Customer) -> None:
    manager = make_manager("max", first_name="Max", last_name="Moor")
    address = page_url(customer)
    change_set = delete_customer(actor=manager, customer=customer)
    client.force_login(manager)
    page = text_of(client.get(address))
    assert "Max Moor deleted this customer on" in page
    assert reverse("customer_admin_changes:detail", args=[change_set.pk]) in page
    client.force_login(make_user(permissions=("view_customer",)))
    assert "Max Moor" not in text_of(client.get(address))


@each_role
def test_that_a_customer_is_gone_is_told_to_nobody_else(client: Client, role: str) -> None:
    sign_in(client, role)
    response = client.get(reverse("customers:inspect", args=[999]))
    assert response.status_code == 404 if role in ("staff", "auditor", "manager") else is_refused(response, role)


@each_tab
@pytest.mark.parametrize(
    "query",
    ["p=99999999999999999999", "p=-1", "p=abc", "p=%00", "ordering=-evil", "ordering=--placed_at", "x=%ED%A0%80"],
)
def test_strange_addresses_are_harmless(client: Client, staff: Any, customer: Customer, tab: str, query: str) -> None:
    make_order(customer), make_note(customer)
    for address in (page_url(customer, tab), panel_url(customer, tab)):
        assert client.get(f"{address}?{query}").status_code == 200


def test_a_tab_that_is_none_is_not_there(client: Client, staff: Any, customer: Customer) -> None:
    assert client.get(page_url(customer, "no-such-tab")).status_code == 404
    assert client.get(panel_url(customer, "no-such-tab")).status_code == 404


class WordTab(CustomerTab):
    name = "word"
    label = "Word"
    order = 150
    permission = "customer_admin.view_order"
    template_name = "customer_admin/customers/list_tab.html"

    def get_context_data(self) -> dict[str, Any]:
        return {"empty_text": "A word of the host.", "customer_class": "wrong", "header_title": "wrong"}


class NumbersTab(ListTab):
    name = "numbers"
    label = "Numbers"
    order = 50
    empty_text = "None"
    columns: Any = []

    def get_queryset(self) -> Any:
        return Customer.objects.none()


def test_a_host_adds_tabs_that_stand_in_their_order_and_change_nothing_else(
    client: Client, staff: Any, customer: Customer
) -> None:
    with hooks.register_temporarily([(HOOK, WordTab), (HOOK, NumbersTab)]):
        response = client.get(page_url(customer, "word"))
        shown = [tab.name for tab in response.context["tabs"]]
        assert shown == ["numbers", TABS[0], "word", *TABS[1:]]
        assert "A word of the host." in text_of(response)
        assert "wrong" not in text_of(response)
        client.force_login(make_user(permissions=("view_customer",)))
        assert client.get(page_url(customer, "word")).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_customer_is_called_is_shown_as_text(client: Client, text: str) -> None:
    client.force_login(make_manager())
    short = text[:30]
    customer = make_customer(
        first_name=text, company=text, phone=short, account_number=text, referral_source=text, tax_exempt=True,
        tax_exempt_reason=text, customer_class=make_class(name=text),
    )  # fmt: skip
    make_address(customer, line1=text, city=text, region=text, first_name=text)
    make_order(customer, number=short, channel=short)
    note = make_note(customer, body=text, author_label=text, alert_clerk=True)
    acknowledge_note(actor=make_manager(first_name=short), note=note)
    for tab in TABS:
        assert is_harmless(client.get(page_url(customer, tab)).content.decode(), text)
