"""Filters that can't be understood: named in each list, which then shows nothing, and followed by what leads on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import AccountNote
from tests.factories import make_class, make_club, make_customer, make_email, make_note, make_user
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

DAYS = ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "99999-01-01", "garbage", "\0"]
CHANGES, EMAILS = "customer_admin_changes:index", "customer_admin_emails:index"


@pytest.fixture(autouse=True)
def somebody(client: Client) -> Any:
    user = make_user("max", groups=("Customer managers", "Customer auditors"))
    client.force_login(user)
    return user


def nonsense() -> list[tuple[str, dict[str, str], str]]:
    """For each list with filters an address with a row in it, a filter that makes no sense, and its label."""
    customer, club, group = make_customer(), make_club(), make_class()
    note = make_note(customer)
    make_email(customer)
    days = [
        (address, {f"created_at_{end}": day}, label)
        for address, label in (
            (reverse(CHANGES), "Date"),
            (reverse(EMAILS), "Queued"),
            (reverse("customers:list"), "Created"),
            (reverse("customers:history", args=[customer.pk]), "Date"),
            (reverse("clubs:history", args=[club.pk]), "Date"),
        )
        for end in ("from", "to")
        for day in DAYS
    ]
    return [
        *days,
        (reverse(EMAILS), {"status": "nonsense"}, "Status"),
        (reverse(CHANGES), {"kind": "nonsense"}, "Kind"),
        (reverse("account_notes:list"), {"kind": "nonsense"}, "Kind"),
        (reverse("customer_classes:list"), {"kind": "nonsense"}, "Kind"),
        (reverse("account_notes:history", args=[note.pk]), {"kind": "nonsense"}, "Kind"),
        (reverse("customer_classes:history", args=[group.pk]), {"touched": "nonsense"}, "Record or field"),
    ]


def test_a_filter_that_can_not_be_understood_is_named_and_nothing_is_shown(client: Client) -> None:
    for address, query, label in nonsense():
        assert list(client.get(address).context["object_list"]), address
        response = client.get(address, query)
        assert response.status_code == 200, (address, query)
        assert list(response.context["object_list"]) == [], (address, query)
        page = response.content.decode().replace("&#x27;", "'")
        assert "since one of the filters can't be understood" in page, (address, query)
        assert f"<p>{label}: " in page, (address, query)


def test_the_way_back_shows_all(client: Client) -> None:
    make_email()
    page = client.get(reverse(EMAILS), {"status": "nonsense"}).content.decode()
    assert f'href="{reverse(EMAILS)}">Take all filters away' in page


def test_days_the_wrong_way_round_are_told(client: Client) -> None:
    for address in (reverse(EMAILS), reverse(CHANGES)):
        query = {"created_at_from": "2024-02-01", "created_at_to": "2024-01-01"}
        assert "The last day is before the first one." in client.get(address, query).content.decode()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", [CHANGES, "customers:list"])
def test_a_download_is_not_of_more_than_was_asked_for(client: Client, name: str, ending: str) -> None:
    make_customer()
    response = client.get(reverse(name), {"created_at_from": "9999-01-01", "export": ending})
    assert response["Location"] == f"{reverse(name)}?created_at_from=9999-01-01"
    page = client.get(response["Location"]).content.decode().replace("&#x27;", "'")
    assert "One of the filters can't be read. Correct it, then download anew." in page


def test_what_is_done_to_all_is_not_done_to_more_than_was_asked_for(client: Client) -> None:
    make_note(make_customer())
    address = reverse("wagtail_bulk_action", args=["customer_admin", "accountnote", "delete"])
    with nothing_changes():
        response = client.post(f"{address}?id=all&kind=nonsense", {"reason": ""}, follow=True)
    assert "One of the filters can't be read." in response.content.decode().replace("&#x27;", "'")
    assert AccountNote.objects.exists()


def test_days_that_make_sense_are_found(client: Client) -> None:
    make_email()
    for address in (reverse(EMAILS), reverse(CHANGES)):
        make_customer()
        assert list(client.get(address, {"created_at_from": "1900-01-01"}).context["object_list"])
        assert not list(client.get(address, {"created_at_from": "2200-12-31"}).context["object_list"])
