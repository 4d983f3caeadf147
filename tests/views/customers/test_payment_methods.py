"""The tab of payment methods and its screens."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import SYSTEM, ClubMembership, Customer, SavedPaymentMethod, recording
from customer_admin.operations import payment_methods
from tests.factories import (
    make_address,
    make_auditor,
    make_customer,
    make_manager,
    make_membership,
    make_payment_method,
)
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
NEW = {"kind": "card", "token": "tok_9x7Kq2mB4cVz", "last_four": "4242", "expires_on": "09/27"}


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer()


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager())
    return client


def tab(customer: Customer) -> str:
    return reverse("customers:tab", args=[customer.pk, "payment-methods"])


def screen(name: str, customer: Customer, *more: int) -> str:
    return reverse(f"customers:payment_method_{name}", args=[customer.pk, *more])


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@each_role
def test_who_may_open_which_screen(client: Client, role: str, customer: Customer) -> None:
    method = make_payment_method(customer)
    sign_in(client, role)
    assert (client.get(tab(customer)).status_code == 200) == (role in ("staff", "auditor", "manager"))
    for address in (
        screen("add", customer),
        screen("edit", customer, method.pk),
        screen("delete", customer, method.pk),
    ):
        for response in (client.get(address), client.post(address, {})):
            assert is_refused(response, role) == (role not in ("staff", "manager"))


def test_an_auditor_sees_no_button_that_would_be_refused(client: Client, customer: Customer) -> None:
    method = make_payment_method(customer)
    client.force_login(make_auditor())
    shown = page(client, tab(customer))
    assert "Visa •••• 4242" in shown
    for address in (
        screen("add", customer),
        screen("edit", customer, method.pk),
        screen("delete", customer, method.pk),
    ):
        assert f'"{address}"' not in shown


def test_a_method_is_added_from_the_tab(manager: Client, customer: Customer) -> None:
    address = make_address(customer)
    assert screen("add", customer) in page(manager, tab(customer))
    response = manager.post(screen("add", customer), {**NEW, "billing_address": address.pk}, follow=True)
    assert response.redirect_chain[-1][0] == tab(customer)
    assert "Card •••• 4242 added." in response.content.decode()
    assert SavedPaymentMethod.objects.get().billing_address == address


def test_a_form_that_is_sent_twice_adds_one(manager: Client, customer: Customer) -> None:
    for _each in range(2):
        assert manager.post(screen("add", customer), NEW).status_code == 302
    assert SavedPaymentMethod.objects.count() == 1


@pytest.mark.parametrize("field", ["token", "processor", "brand", "holder", "label", "reason"])
def test_a_full_number_is_refused_on_its_field(manager: Client, customer: Customer, field: str) -> None:
    with nothing_changes():
        response = manager.post(screen("add", customer), {**NEW, field: "4111 1111 1111 1111"})
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "text", ["\0", "x" * 10_000, "13/27", "00/27", "9", "09/27/28", "٩", "=CMD()", "1/1/1", "99999999999"]
)
def test_what_is_no_month_is_refused_on_its_field(manager: Client, customer: Customer, text: str) -> None:
    with nothing_changes():
        response = manager.post(screen("add", customer), {**NEW, "expires_on": text})
    assert list(response.context["form"].errors) == ["expires_on"]


@pytest.mark.parametrize("text", ["9/27", "09/27", "09/2027", "09-27", "09 / 2027", "0927", "０９/２７"])
def test_a_month_is_read_as_it_stands_on_cards(manager: Client, customer: Customer, text: str) -> None:
    manager.post(screen("add", customer), {**NEW, "expires_on": text})
    assert str(SavedPaymentMethod.objects.get().expires_on) == "2027-09-30"


def test_only_addresses_of_the_customer_can_be_chosen(manager: Client, customer: Customer) -> None:
    elsewhere = make_address(make_customer(), line1="9 Far Away")
    assert "9 Far Away" not in page(manager, screen("add", customer))
    response = manager.post(screen("add", customer), {**NEW, "billing_address": elsewhere.pk})
    assert list(response.context["form"].errors) == ["billing_address"]


def test_a_method_is_edited_and_the_token_stays_hidden(manager: Client, customer: Customer) -> None:
    method = make_payment_method(customer, token="tok_secret_9x7Kq2mB")
    address = screen("edit", customer, method.pk)
    shown = page(manager, address)
    assert "…q2mB" in shown
    assert "tok_secret" not in shown + page(manager, tab(customer)) + page(
        manager, screen("delete", customer, method.pk)
    )

    seen = manager.get(address).context["form"]["seen"].value()
    response = manager.post(address, {"holder": "Eve", "expires_on": "", "seen": seen}, follow=True)
    assert "Visa •••• 4242 saved." in response.content.decode()
    method.refresh_from_db()
    assert (method.holder, method.token) == ("Eve", "tok_secret_9x7Kq2mB")


def test_clubs_that_are_paid_with_it_are_changed_and_what_others_changed_meanwhile_stays(
    manager: Client, customer: Customer
) -> None:
    method, other = make_payment_method(customer), make_payment_method(customer, token="tok_other")
    paid, moved = (make_membership(customer, payment_method=method) for _each in range(2))
    begun = make_membership(customer)
    address = screen("edit", customer, method.pk)
    form = manager.get(address).context["form"]
    shown = {"seen": form["seen"].value(), "paid_before": [paid.pk, moved.pk]}
    assert sorted(form["memberships"].value()) == shown["paid_before"]
    with recording(actor=SYSTEM):
        ClubMembership.objects.filter(pk=moved.pk).update(payment_method=other)

    manager.post(address, {"memberships": [moved.pk, begun.pk], **shown})

    found = dict(ClubMembership.objects.values_list("pk", "payment_method"))
    assert found == {paid.pk: None, moved.pk: other.pk, begun.pk: method.pk}


def test_two_windows_on_one_method_are_told(manager: Client, customer: Customer) -> None:
    address = screen("edit", customer, make_payment_method(customer).pk)
    seen = manager.get(address).context["form"]["seen"].value()
    manager.post(address, {"holder": "Eve", "seen": seen})
    response = manager.post(address, {"holder": "Ada", "seen": seen})
    assert list(response.context["form"].errors) == ["holder"]
    again = response.context["form"]["seen"].value()
    assert manager.post(address, {"holder": "Ada", "seen": again}).status_code == 302


def test_a_method_is_deleted_after_a_question(manager: Client, customer: Customer) -> None:
    method = make_payment_method(customer)
    address = screen("delete", customer, method.pk)
    assert "Yes, delete" in page(manager, address)
    response = manager.post(address, {"reason": "Lost"}, follow=True)
    assert "Visa •••• 4242 deleted." in response.content.decode()
    assert not SavedPaymentMethod.objects.exists()
    told = manager.post(address, {"reason": "Lost"}, follow=True)
    assert "not there any more" in told.content.decode()


def test_what_stands_against_a_deletion_is_on_the_page(
    manager: Client, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customer_admin.views.customers import payment_methods as views

    for module in (payment_methods, views):
        monkeypatch.setattr(module, "obstacles_to_delete_payment_method", lambda method: ["The club needs it."])
    address = screen("delete", customer, make_payment_method(customer).pk)
    shown = page(manager, address)
    assert "The club needs it." in shown
    assert "Yes, delete" not in shown
    with nothing_changes():
        assert "The club needs it." in manager.post(address, {}).content.decode()


@pytest.mark.parametrize("key", [0, 10**30])
def test_what_never_was_the_customers_is_not_found(manager: Client, customer: Customer, key: int) -> None:
    other = make_payment_method(make_customer())
    for name in ("edit", "delete"):
        for pk in (key, other.pk):
            assert manager.get(screen(name, customer, pk)).status_code == 404


def test_no_customer_no_screen(manager: Client) -> None:
    for key in (0, 10**30):
        assert manager.get(reverse("customers:payment_method_add", args=[key])).status_code == 404


def test_an_expired_card_is_marked(manager: Client, customer: Customer) -> None:
    make_payment_method(customer, expires_on=timezone.localdate())
    assert "Expired" not in page(manager, tab(customer))
    make_payment_method(customer, expires_on=timezone.localdate().replace(year=2020, day=1))
    assert page(manager, tab(customer)).count("Expired") == 1


def test_strange_texts_are_escaped(manager: Client, customer: Customer) -> None:
    make_payment_method(customer, holder="<script>alert(1)</script>", label="=CMD()", brand="مرحبا 😀")
    shown = page(manager, tab(customer))
    assert "<script>alert" not in shown
    assert "=CMD()" in shown
    assert "مرحبا 😀" in shown


def test_more_rows_ask_no_more_questions(manager: Client, customer: Customer, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = reverse("customers:tab_panel", args=[customer.pk, "payment-methods"])
    make_payment_method(customer, billing_address=make_address(customer))
    manager.get(address)
    with CaptureQueriesContext(connection) as first:
        manager.get(address)
    for _each in range(8):
        make_payment_method(customer, billing_address=make_address(customer))
    with django_assert_num_queries(len(first)):
        manager.get(address)


@pytest.mark.parametrize("name", ["memberships", "paid_before"])
@pytest.mark.parametrize("key", ["9" * 40, "abc"])
def test_a_forged_key_of_a_club_is_refused_on_its_field(
    manager: Client, customer: Customer, name: str, key: str
) -> None:
    method = make_payment_method(customer)
    make_membership(customer)
    with nothing_changes():
        response = manager.post(screen("edit", customer, method.pk), {"expires_on": "09/27", name: key})
    assert response.status_code == 200
    assert name in response.context["form"].errors
