"""Clubs in the admin: the list with its members, the form, and deletion only of what nobody joined."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import Club
from tests.factories import make_club, make_customer, make_manager, make_membership, make_user
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


def at(name: str, *args: Any) -> str:
    return reverse(f"clubs:{name}", args=args)


@each_role
def test_who_may_see_and_who_may_change(client: Client, role: str) -> None:
    club = make_club(name="Cellar Circle")
    client = sign_in(client, role)
    reading = [client.get(at("list")), client.get(at("inspect", club.pk))]
    writing = [client.get(address) for address in (at("add"), at("edit", club.pk), at("delete", club.pk))]
    may_read, may_write = role in ("staff", "auditor", "manager"), role == "manager"
    for responses, may in ((reading, may_read), (writing, may_write)):
        assert all(response.status_code == 200 if may else is_refused(response, role) for response in responses)
    with nothing_changes():
        if not may_write:
            client.post(at("add"), {"name": "New"}), client.post(at("delete", club.pk))
    menu = f'"{at("list")}"' in client.get(reverse("wagtailadmin_home"), follow=True).content.decode()
    assert menu == may_read


def test_the_list_counts_those_who_are_members_today(client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(make_manager())
    today = timezone.localdate()
    club, empty = make_club(name="B"), make_club(name="A")
    make_membership(make_customer(), club)
    make_membership(make_customer(), club, status="on_hold", on_hold_until=today - datetime.timedelta(days=1))
    make_membership(make_customer(), club, status="on_hold", on_hold_until=today)
    make_membership(make_customer(), club, status="cancelled", cancel_reason="x")
    client.get(at("list"))
    with django_assert_max_num_queries(20):
        response = client.get(at("list"))
    assert [(row, row.member_count) for row in response.context["object_list"]] == [(empty, 0), (club, 2)]
    ordered = client.get(at("list"), {"ordering": "-member_count"}).context["object_list"]
    assert list(ordered) == [club, empty]


def test_clubs_are_searched_by_any_part_of_name_and_description(client: Client) -> None:
    client.force_login(make_manager())
    wanted = make_club(name="Cellar Circle", description="Six bottles each spring")
    make_club(name="Table")
    for query in ("circ", "BOTTLES"):
        assert list(client.get(at("list"), {"q": query}).context["object_list"]) == [wanted]
    for query in ("\x00", "🍷", "9" * 10_000):
        assert client.get(at("list"), {"q": query}).status_code == 200


def test_the_form_says_what_is_wrong_where_it_is(client: Client) -> None:
    client.force_login(make_manager())
    make_club(name="Taken")
    for name in ("", "Taken", "a\x00b", "x" * 10_000):
        with nothing_changes():
            response = client.post(at("add"), {"name": name, "is_active": "on"})
        assert list(response.context["form"].errors) == ["name"]
    client.post(at("add"), {"name": "<script>", "is_active": "on", "reason": "New season"})
    assert Club.objects.get(name="<script>").is_active
    assert "<script>&" not in client.get(at("list")).content.decode()


def test_a_club_with_members_is_deactivated_instead_of_deleted(client: Client) -> None:
    client.force_login(make_manager())
    club = make_club()
    make_membership(make_customer(), club)
    page = client.get(at("delete", club.pk)).content.decode()
    assert "Untick “active” instead" in page
    assert "Yes, delete" not in page
    bulk = reverse("wagtail_bulk_action", args=["customer_admin", "club", "delete"])
    with nothing_changes():
        client.post(at("delete", club.pk))
        client.post(f"{bulk}?id={club.pk}")


def test_several_clubs_that_nobody_joined_are_deleted_at_once(client: Client) -> None:
    client.force_login(make_manager())
    bulk = reverse("wagtail_bulk_action", args=["customer_admin", "club", "delete"])
    client.post(f"{bulk}?id={make_club().pk}&id={make_club().pk}")
    assert not Club.objects.exists()


def test_the_chooser_shows_clubs_to_those_who_may_see_them(client: Client) -> None:
    make_club(name="Cellar Circle")
    address = reverse(Club.snippet_viewset.chooser_viewset.get_url_name("choose"))
    client.force_login(make_manager())
    assert "Cellar Circle" in client.get(address).content.decode()
    client.force_login(make_user(permissions=("view_image",)))
    assert "Cellar Circle" not in client.get(address, follow=True).content.decode()


def test_the_history_of_a_club_tells_its_changes(client: Client) -> None:
    client.force_login(make_manager())
    club = make_club(name="Old name")
    client.post(at("edit", club.pk), {"name": "New name", "is_active": "on", "reason": "Renamed"})
    page = client.get(at("history", club.pk)).content.decode()
    assert "Renamed" in page
    assert "Old name" in page
