"""Opening an order in the admin: by its number, with its alerts, and past a stop."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from customer_admin.models import Customer, NoteAcknowledgement, Order
from customer_admin.operations import acknowledge_note
from tests.factories import (
    make_auditor,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
OPEN = reverse_lazy("open_order:index")
ROLES = {
    "anonymous": None,
    "portal customer": make_portal_user,
    "editor": lambda: make_user(permissions=("access_admin",)),
    "auditor": make_auditor,
    "staff": make_staff,
    "manager": make_manager,
}


def sign_in(client: Client, role: str) -> Any:
    make = ROLES[role]
    if make is None:
        return None
    user = make()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def make_alert(customer: Customer, level: str = "stop", **fields: Any) -> Any:
    return make_note(customer, **{"body": "In dispute.", "alert_clerk": True, "alert_level": level, **fields})


@pytest.fixture
def order() -> Order:
    return make_order(make_customer(), lines=1, number="AV-7", email="shop@example.com", total=Decimal("123.45"))


@pytest.fixture
def staff(client: Client) -> Any:
    return sign_in(client, "staff")


def address_of(order: Order) -> str:
    if order.customer_id is None:
        return reverse("open_order:order", args=[order.pk])
    return reverse("customers:order", args=[order.customer_id, order.pk])


def acknowledge_address(order: Order, note: Any) -> str:
    return reverse("open_order:acknowledge", args=[order.pk, note.pk])


@pytest.mark.parametrize("role", list(ROLES))
def test_orders_open_for_those_who_may_see_orders(client: Client, order: Order, role: str) -> None:
    sign_in(client, role)
    allowed = role in {"auditor", "staff", "manager"}
    for address in (OPEN, reverse("open_order:order", args=[order.pk]), address_of(order)):
        response = client.get(address)
        assert response.status_code == (200 if allowed else 302)
    response = client.get(OPEN, {"number": "av-7 "})
    assert (response["Location"] == address_of(order)) == allowed


@pytest.mark.parametrize("role", list(ROLES))
def test_alerts_are_acknowledged_by_staff_and_managers_only(client: Client, order: Order, role: str) -> None:
    note = make_alert(order.customer)
    user = sign_in(client, role)
    response = client.post(acknowledge_address(order, note))
    assert response.status_code == 302
    if role in {"staff", "manager"}:
        assert response["Location"] == address_of(order)
        assert NoteAcknowledgement.objects.get().acknowledged_by == user
    else:
        assert response["Location"] != address_of(order)
        assert not NoteAcknowledgement.objects.exists()


@pytest.mark.parametrize("role", ["editor", "auditor", "staff"])
def test_the_menu_leads_there_for_those_who_may(client: Client, role: str) -> None:
    sign_in(client, role)
    shown = f'"{OPEN}"' in client.get(reverse("wagtailadmin_home")).content.decode()
    assert shown == (role != "editor")


def test_an_order_without_a_customer_opens_by_itself(client: Client, staff: Any) -> None:
    order = make_order(lines=1)
    response = client.get(OPEN, {"number": order.number}, follow=True)
    assert response.redirect_chain == [(address_of(order), 302)]
    assert [line.description for line in response.context["lines"]] == ["Item 1"]
    assert response.context["alerts"] == []


def test_an_order_opens_by_itself_for_those_who_may_not_see_customers(client: Client, order: Order) -> None:
    client.force_login(make_user(permissions=("view_order",)))
    make_alert(order.customer, "info")
    response = client.get(OPEN, {"number": "AV-7"}, follow=True)
    assert response.redirect_chain == [(reverse("open_order:order", args=[order.pk]), 302)]
    assert len(response.context["alerts"]) == 1
    assert str(order.customer) not in response.content.decode()


@pytest.mark.parametrize(
    "number", ["", "  ", "AV-8", "\x00", "AV\x00-7", "🍷", "9" * 10_000, "AV-7\ud800", "%", "'\"<script>"]
)
def test_a_number_that_is_none_is_told_on_the_form(client: Client, staff: Any, order: Order, number: str) -> None:
    with nothing_changes():
        response = client.get(f"{OPEN}?number={_quoted(number)}")
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["number"]
    assert "<script>alert" not in response.content.decode()
    assert "'\"<script>" not in response.content.decode()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode(errors="surrogatepass"))


@pytest.mark.parametrize("key", ["0", "999999999999", "9" * 40])
def test_an_order_that_is_none_is_not_found(client: Client, staff: Any, key: str) -> None:
    assert client.get(f"{OPEN}{key}/").status_code == 404
    assert client.post(f"{OPEN}{key}/acknowledge/{key}/").status_code == 404


def test_a_stop_covers_the_order_until_this_person_acknowledges_it(client: Client, staff: Any, order: Order) -> None:
    note = make_alert(order.customer)
    acknowledge_note(actor=make_manager(), note=note, order=order)
    acknowledge_note(actor=staff, note=note)
    acknowledge_note(actor=staff, note=note, order=make_order(order.customer))
    for address in (address_of(order), reverse("open_order:order", args=[order.pk])):
        response = client.get(address)
        page = response.content.decode()
        assert 'role="alert"' in page
        assert "In dispute." in page
        assert "lines" not in response.context
        for secret in ("Item 1", "123.45", "shop@example.com"):
            assert secret not in page

    page = client.post(acknowledge_address(order, note), follow=True).content.decode()

    assert 'role="alert"' not in page
    for shown in ("In dispute.", "Item 1", "123.45", "shop@example.com", "Alert acknowledged."):
        assert shown in page


def test_each_stop_is_acknowledged_for_itself(client: Client, staff: Any, order: Order) -> None:
    first, second = make_alert(order.customer), make_alert(order.customer)
    client.post(acknowledge_address(order, first))
    assert client.get(address_of(order)).context["is_covered"]
    client.post(acknowledge_address(order, second))
    assert not client.get(address_of(order)).context["is_covered"]


def test_warnings_and_infos_cover_nothing(client: Client, staff: Any, order: Order) -> None:
    make_alert(order.customer, "warning"), make_alert(order.customer, "info")
    page = client.get(address_of(order)).content.decode()
    assert "Item 1" in page
    assert 'role="alert"' not in page
    assert page.count(">Acknowledge</button>") == 2


def test_an_alert_says_who_wrote_it_when_it_is_in_force_and_who_acknowledged_it(
    client: Client, staff: Any, order: Order
) -> None:
    today = timezone.localdate()
    note = make_alert(
        order.customer, author_label="Ann Field", alert_from=today, alert_until=today + datetime.timedelta(days=3)
    )
    acknowledge_note(actor=make_manager("bob", first_name="Bob", last_name="Hill"), note=note, order=order)
    page = " ".join(client.get(address_of(order)).content.decode().split())
    assert "Ann Field," in page
    assert f"from {today:%m/%d/%Y} until {today + datetime.timedelta(days=3):%m/%d/%Y}" in page
    assert "Acknowledged by Bob Hill," in page


def test_who_may_not_acknowledge_is_told_whom_to_ask(client: Client, order: Order) -> None:
    sign_in(client, "auditor")
    make_alert(order.customer)
    response = client.get(address_of(order))
    assert response.context["is_covered"]
    page = response.content.decode()
    assert "Customer managers, Customer staff" in page
    assert "acknowledge/" not in page


def test_what_an_alert_says_is_text(client: Client, staff: Any, order: Order) -> None:
    script = "<script>alert(1)</script>"
    note = make_alert(order.customer, body=script, author_label=script)
    acknowledge_note(actor=make_staff("eve", first_name=script), note=note, order=order)
    for address in (address_of(order), reverse("customers:edit", args=[order.customer_id])):
        page = client.get(address).content.decode()
        assert script not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_alert_that_ended_meanwhile_is_told_and_leads_back(client: Client, staff: Any, order: Order) -> None:
    note = make_note(order.customer)
    with nothing_changes():
        response = client.post(acknowledge_address(order, note), follow=True)
    assert response.redirect_chain == [(address_of(order), 302)]
    assert "does not alert anybody today" in response.content.decode()


def test_an_alert_of_another_customer_or_none_is_told_and_leads_back(client: Client, staff: Any, order: Order) -> None:
    note = make_alert(make_customer())
    with nothing_changes():
        for address in (acknowledge_address(order, note), f"{OPEN}{order.pk}/acknowledge/{'9' * 40}/"):
            assert client.post(address)["Location"] == address_of(order)


def test_who_comes_back_from_signing_in_is_led_to_the_order(client: Client, staff: Any, order: Order) -> None:
    with nothing_changes():
        response = client.get(f"{OPEN}{order.pk}/acknowledge/1/")
    assert response["Location"] == address_of(order)


def test_the_order_asks_as_many_questions_for_twenty_alerts_as_for_one(
    client: Client, staff: Any, order: Order, django_assert_max_num_queries: Any
) -> None:
    make_alert(order.customer, "info")
    client.get(address_of(order))
    with django_assert_max_num_queries(25) as few:
        client.get(address_of(order))
    for number in range(19):
        note = make_alert(order.customer, "info")
        acknowledge_note(actor=make_staff(f"clerk{number}"), note=note, order=order)
    with django_assert_max_num_queries(25) as many:
        client.get(address_of(order))
    assert len(many) == len(few)
