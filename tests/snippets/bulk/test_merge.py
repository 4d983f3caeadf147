"""Merging what is selected in the list: on to the screen, or back with what to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from customer_admin.views.merges.accounts import merge_url
from tests.factories import make_customer, make_login, make_manager, make_order, make_staff

pytestmark = pytest.mark.django_db
URL = reverse_lazy("wagtail_bulk_action", args=["customer_admin", "customer", "merge"])


@pytest.fixture
def manager(client: Client) -> Any:
    manager = make_manager()
    client.force_login(manager)
    return manager


def selected(*customers: Any) -> str:
    return f"{URL}?" + "&".join(f"id={each.pk}" for each in customers)


def test_it_leads_to_the_screen_with_the_likeliest_account_in_its_place(client: Client, manager: Any) -> None:
    oldest, ordered, newer, signed_up = (make_customer() for _each in range(4))
    make_order(newer, placed_at=timezone.now() - timedelta(days=9))
    make_order(ordered)
    make_login(signed_up)
    response = client.get(selected(newer, oldest, signed_up, ordered))
    assert response.url == merge_url(signed_up.pk, [ordered.pk, newer.pk, oldest.pk])


def test_all_that_a_filter_shows_can_be_merged(client: Client, manager: Any) -> None:
    first, second = (make_customer(last_name="Byron") for _each in range(2))
    make_customer(last_name="Hopper")
    assert client.get(f"{URL}?id=all&q=byron").url == merge_url(first.pk, [second.pk])


@pytest.mark.parametrize(("count", "told"), [(1, "at least two"), (12, "At most 11")])
def test_too_few_and_too_many_lead_back_with_a_message(client: Client, manager: Any, count: int, told: str) -> None:
    response = client.get(selected(*(make_customer() for _each in range(count))))
    assert response.url == reverse("customers:list")
    assert told in next(iter(get_messages(response.wsgi_request))).message


def test_eleven_can_be_merged(client: Client, manager: Any) -> None:
    assert "/merge/" in client.get(selected(*(make_customer() for _each in range(11)))).url


def test_a_filter_that_can_not_be_read_leads_back(client: Client, manager: Any) -> None:
    response = client.get(f"{URL}?id=all&created_at_from=nonsense")
    assert "One of the filters" in next(iter(get_messages(response.wsgi_request))).message


def test_it_is_offered_to_who_may_merge(client: Client, manager: Any) -> None:
    make_customer()
    assert str(URL) in client.get(reverse("customers:list")).content.decode()
    client.force_login(make_staff())
    assert str(URL) not in client.get(reverse("customers:list")).content.decode()
