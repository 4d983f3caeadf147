"""What only the full host can show: models of the host's own beside customer_admin's, tracked and untracked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import ChangeSet, ChangeSetCustomer, PortalLogin, recording
from customer_admin.operations import SYSTEM, create_login, delete_customer
from tests.factories import PASSWORD, make_auditor, make_customer, make_manager
from tests.hosts.full.shop.models import Basket, Employee, Subscription
from tests.mail.portal import open_portal

pytestmark = pytest.mark.django_db


def make_login(**fields: Any) -> PortalLogin:
    open_portal()
    values = {"email": "ada@example.com", "username": "ada", "password": PASSWORD, **fields}
    return create_login(actor=SYSTEM, customer=make_customer(), **values)


def test_the_hosts_own_function_makes_the_user_of_a_login() -> None:
    login = make_login()

    assert isinstance(login.user, Employee)
    assert login.user.username.startswith("shop-")
    assert login.user.cost_centre == "customers"


def test_a_tracked_model_of_the_host_belongs_to_the_change_set_and_to_the_customers_timeline() -> None:
    customer = make_customer()
    manager = make_manager()

    with recording(actor=manager, reason="Asked by phone") as current:
        subscription = Subscription.objects.create(customer=customer, title="Six reds a month")

    row = subscription.history.get()
    assert (row.history_type, row.title, row.change_set) == ("+", "Six reds a month", current.change_set)
    assert (row.change_set.actor, row.change_set.reason) == (manager, "Asked by phone")
    assert ChangeSetCustomer.objects.filter(change_set=current.change_set, customer=customer).exists()


def test_bulk_writes_to_a_tracked_model_of_the_host_are_recorded() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        Subscription.objects.bulk_create([Subscription(customer=customer, title=f"Box {n}") for n in range(3)])
    with recording(actor=SYSTEM) as current:
        Subscription.objects.filter(customer=customer).update(is_paused=True)

    rows = Subscription.history.filter(change_set=current.change_set)
    assert sorted(rows.values_list("title", "history_type", "is_paused")) == [
        ("Box 0", "~", True),
        ("Box 1", "~", True),
        ("Box 2", "~", True),
    ]


def test_deleting_a_customer_records_the_hosts_rows_that_go_along_and_lets_go_of_the_others() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        subscription = Subscription.objects.create(customer=customer, title="Six reds a month")
    basket = Basket.objects.create(customer=customer, note="Two bottles")
    key = subscription.pk

    change_set = delete_customer(actor=make_manager(), customer=customer)

    assert isinstance(change_set, ChangeSet)
    assert list(Subscription.history.filter(change_set=change_set).values_list("id", "history_type", "title")) == [
        (key, "-", "Six reds a month")
    ]
    basket.refresh_from_db()
    assert (basket.customer_id, basket.note) == (None, "Two bottles")


def test_a_tracked_model_of_the_host_is_read_like_all_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Subscription, "concealed_fields", ("title",))
    customer = make_customer()
    with recording(actor=SYSTEM):
        subscription = Subscription.objects.create(customer=customer, title="Secret reds")
    with recording(actor=SYSTEM) as current:
        Subscription.objects.filter(pk=subscription.pk).update(title="Secret whites", is_paused=True)
    assert current.change_set is not None
    client.force_login(make_auditor())

    pages = [
        client.get(reverse("customers:history", args=[customer.pk])),
        client.get(reverse("customer_admin_changes:detail", args=[current.change_set.pk])),
        client.get(reverse("customer_admin_changes:compare", args=["shop", "subscription", subscription.pk])),
        client.get(reverse("customer_admin_changes:index"), {"touched": "shop.subscription.is_paused"}),
    ]
    sheet = client.get(reverse("customer_admin_changes:index"), {"export": "csv"}).getvalue().decode()

    for page in pages:
        assert page.status_code == 200
        assert "Secret" not in page.content.decode()
    assert "Is paused" in pages[1].content.decode()
    assert pages[3].context["object_list"][0] == current.change_set
    assert "Subscription" in sheet
    assert "Secret" not in sheet
