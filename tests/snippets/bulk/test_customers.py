"""Changing many customers of the list at once: who may, which customers, and what is told."""

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customer_admin.models import SYSTEM, ChangeSet, Customer, CustomerClass, recording
from tests.change_sets import newest
from tests.factories import make_auditor, make_class, make_customer, make_manager, make_staff, make_user
from tests.snippets.bulk.pages import address, confirm
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db

MAY = {
    "change_class": {"staff", "manager"},
    "preferences": {"staff", "manager"},
    "export": {"staff", "auditor", "manager"},
    "delete": {"manager"},
}


@pytest.fixture
def customer() -> Customer:
    return make_customer(first_name="Ada", last_name="Müller", email="ada@example.com")


@pytest.fixture
def club() -> CustomerClass:
    return make_class(name="Club")


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff("sue"))
    return client


@each_role
def test_each_action_is_open_to_who_may(client: Client, customer: Customer, role: str) -> None:
    sign_in(client, role)
    for action, roles in MAY.items():
        response = client.get(address(action, id=customer.pk))
        if role in roles:
            assert response.status_code == 200
            assert "Müller" in response.content.decode()
        else:
            assert is_refused(response, role)
            with nothing_changes():
                assert is_refused(client.post(address(action, id=customer.pk), {"reason": "x"}), role)


@each_role
def test_the_bar_offers_to_each_what_they_may(client: Client, customer: Customer, role: str) -> None:
    response = sign_in(client, role).get(reverse("customers:list"))
    if role not in ("staff", "auditor", "manager"):
        return
    page = response.content.decode()
    offered = {action for action in MAY if address(action).rstrip("?") in page}
    assert offered == {action for action, roles in MAY.items() if role in roles}
    assert "data-bulk-action-checkbox" in page


def test_who_may_do_nothing_to_customers_selects_none(client: Client, customer: Customer) -> None:
    client.force_login(make_user(permissions=("view_customer",)))
    page = client.get(reverse("customers:list")).content.decode()
    assert "data-bulk-action-checkbox" not in page
    assert "data-bulk-action-footer" in page  # Wagtail's script looks for it.


def test_the_class_of_what_the_filter_shows_is_changed(staff: Client, customer: Customer, club: CustomerClass) -> None:
    keep, other = make_customer(last_name="Keep"), make_customer(last_name="Müller", customer_class=club)
    shown = f"{reverse('customers:list')}?q=muller"
    url = address("change_class", id="all", q="muller", next=shown)
    response = confirm(staff, url, customer_class=club.pk, reason="Fair")
    assert response.redirect_chain[-1][0] == shown
    assert "1 customer was changed. 1 was so already." in response.content.decode()
    assert set(Customer.objects.filter(customer_class=club)) == {customer, other}
    keep.refresh_from_db()
    assert keep.customer_class is None
    assert (newest().reason, newest().kind, newest().source) == ("Fair", "edit", "screen")


def test_the_page_tells_how_many_and_names_some(staff: Client, club: CustomerClass) -> None:
    for number in range(12):
        make_customer(last_name=f"Person {number:02}")
    page = staff.get(address("change_class", id="all")).content.decode()
    assert "Change the class of 12 customers" in page
    assert "Person 09" in page
    assert "Person 10" not in page
    assert "and 2 more" in page


def test_only_active_classes_can_be_chosen(staff: Client, customer: Customer) -> None:
    old = make_class(name="Old", is_active=False)
    url = address("change_class", id=customer.pk)
    assert "Old" not in staff.get(url).content.decode()
    for nonsense in (old.pk, "", "abc", "9" * 30, "\x00"):
        with nothing_changes():
            response = staff.post(url, {"customer_class": nonsense})
        assert response.context["form"].errors["customer_class"]


def test_preferences_are_switched(staff: Client, customer: Customer) -> None:
    response = confirm(staff, address("preferences", id=customer.pk), notify_marketing="on", notify_account="off")
    customer.refresh_from_db()
    assert (customer.notify_account, customer.notify_marketing) == (False, True)
    assert "1 customer was changed." in response.content.decode()


def test_preferences_that_say_nothing_are_asked_again(staff: Client, customer: Customer) -> None:
    with nothing_changes():
        response = confirm(staff, address("preferences", id=customer.pk), notify_account="", notify_marketing="")
    assert "Say which preference to switch on or off." in response.content.decode()


def test_sending_the_form_twice_changes_once(staff: Client, customer: Customer, club: CustomerClass) -> None:
    url = address("change_class", id=customer.pk)
    confirm(staff, url, customer_class=club.pk)
    with nothing_changes():
        response = confirm(staff, url, customer_class=club.pk)
    assert "Nothing was changed. 1 was so already." in response.content.decode()


def test_a_list_that_shows_others_by_now_is_confirmed_anew(staff: Client, customer: Customer, club: Any) -> None:
    url = address("change_class", id="all", q="muller")
    seen = staff.get(url).context["form"].initial["selected"]
    late = make_customer(last_name="Müller")
    with nothing_changes():
        response = staff.post(url, {"customer_class": club.pk, "selected": seen})
    assert "The list changed meanwhile." in response.content.decode()
    assert "Change the class of 2 customers" in response.content.decode()
    staff.post(url, {"customer_class": club.pk, "selected": response.context["form"]["selected"].value()})
    late.refresh_from_db()
    assert late.customer_class == club


def test_all_is_never_taken_unseen(staff: Client, customer: Customer, club: CustomerClass) -> None:
    with nothing_changes():
        staff.post(address("change_class", id="all"), {"customer_class": club.pk})


def test_those_who_went_meanwhile_are_told(staff: Client, customer: Customer, club: CustomerClass) -> None:
    gone = make_customer()
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=gone.pk).delete()
    url = address("change_class", id=[customer.pk, gone.pk])
    assert "1 of those you selected is not there any more" in staff.get(url).content.decode()
    confirm(staff, url, customer_class=club.pk)
    customer.refresh_from_db()
    assert customer.customer_class == club


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"id": "abc"},
        {"id": "9" * 20},
        {"id": ["-1", "0", "١", "\x00", "1e3"]},
        {"id": "all", "q": "nobody at all"},
        {"id": "99999"},
    ],
)
def test_nonsense_selects_nobody(client: Client, customer: Customer, query: Any) -> None:
    client.force_login(make_manager())
    for action, method in product(MAY, (client.get, client.post)):
        with nothing_changes():
            response = method(address(action, **query))
        assert response.url == reverse("customers:list")
    page = client.get(response.url).content.decode()
    assert "What you selected is not there any more. Select anew." in page


def test_a_filter_that_can_not_be_read_selects_nobody(client: Client, customer: Customer) -> None:
    client.force_login(make_manager())
    with nothing_changes():
        response = client.get(address("delete", id="all", created_at_from="yesterday"), follow=True)
    assert "One of the filters can&#x27;t be read." in response.content.decode()


def test_nobody_is_led_to_another_site(staff: Client, customer: Customer, club: CustomerClass) -> None:
    url = address("change_class", id=customer.pk, next="https://evil.example/")
    assert "evil" not in staff.get(url).content.decode().split("<form")[-1].split('">', 1)[1]
    assert confirm(staff, url, customer_class=club.pk).redirect_chain[-1][0] == reverse("customers:list")


def test_names_are_shown_as_text(staff: Client) -> None:
    nasty = make_customer(first_name="<script>alert(1)</script>", last_name="=CMD()|\u202e😀")
    for action in ("change_class", "preferences", "export"):
        page = staff.get(address(action, id=nasty.pk)).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_change_is_linked_for_who_may_see_it(client: Client, customer: Customer, club: CustomerClass) -> None:
    client.force_login(make_manager())
    response = confirm(client, address("change_class", id=customer.pk), customer_class=club.pk)
    assert reverse("customer_admin_changes:detail", args=[newest().pk]) in response.content.decode()
    client.force_login(make_staff())
    response = confirm(client, address("preferences", id=customer.pk), notify_marketing="on")
    assert reverse("customer_admin_changes:detail", args=[newest().pk]) not in response.content.decode()


def test_the_page_asks_as_many_questions_for_many_as_for_few(client: Client, customer: Customer) -> None:
    client.force_login(make_manager())
    url = address("delete", id="all")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(15):
        make_customer(last_name=f"Person {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_a_selection_is_no_change(client: Client, customer: Customer) -> None:
    client.force_login(make_auditor())
    before = ChangeSet.objects.count()
    response = client.post(address("export", id=customer.pk), {"ending": "csv"})
    assert b"M\xc3\xbcller" in response.getvalue()
    assert ChangeSet.objects.count() == before
