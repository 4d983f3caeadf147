"""Deleting several rows at once: all of them or none, with what stands against it."""

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import AccountNote, ChangeSet, Club, Customer, CustomerClass
from customer_admin.operations import bulk_deletions
from customer_admin.snippets.bulk import delete
from tests.change_sets import newest
from tests.factories import (
    make_class,
    make_club,
    make_customer,
    make_login,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_user,
    settle,
)
from tests.snippets.bulk.pages import address, confirm
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager("max"))
    return client


def test_all_that_a_filter_shows_is_deleted_with_the_reason(manager: Client) -> None:
    ada, keep = make_customer(last_name="Müller"), make_customer(last_name="Keep")
    response = confirm(manager, address("delete", id="all", q="muller"), reason="Asked by letter")
    assert "1 customer was deleted." in response.content.decode()
    assert list(Customer.objects.all()) == [keep]
    change_set = ChangeSet.objects.get(touched__customer_id=ada.pk, kind="delete")
    assert (change_set.actor, change_set.reason) == (response.context["request"].user, "Asked by letter")
    assert reverse("customer_admin_changes:detail", args=[change_set.pk]) in response.content.decode()


def test_what_stands_against_it_is_told_for_each_with_a_link(manager: Client) -> None:
    free, busy = make_customer(last_name="Free"), make_customer(last_name="Busy")
    make_order(busy, status="open")
    url = address("delete", id="all")
    page = manager.get(url).content.decode()
    assert "1 of the 2 selected can't be deleted yet" in page
    assert "1 order is still open." in page
    assert reverse("customers:inspect", args=[busy.pk]) in page
    assert "Free" not in page
    assert "Yes, delete" not in page
    with nothing_changes():
        response = manager.post(url, {"selected": manager.get(url).context["form"].initial["selected"]})
    assert "1 order is still open." in response.content.decode()
    assert free in Customer.objects.all()


def test_of_many_obstacles_some_are_named(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delete, "NAMED", 1)
    for name in ("Anna", "Bert", "Carl"):
        make_order(make_customer(last_name=name), status="open")
    page = manager.get(address("delete", id="all")).content.decode()
    assert "Anna" in page
    assert "Bert" not in page
    assert "and 2 more" in page


@pytest.mark.parametrize("model", ["customer", "accountnote"])
def test_more_than_can_be_deleted_at_once_are_refused(
    manager: Client, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setattr(bulk_deletions, "MOST_TO_DELETE", 1)
    make_note(make_customer()), make_note(make_customer())
    url = address("delete", model, id="all")
    page = manager.get(url)
    assert "no more than 1 can be deleted at once" in page.content.decode()
    with nothing_changes():
        manager.post(url, page.context["form"].initial)


def test_a_second_submission_finds_nobody(manager: Client) -> None:
    customer = make_customer()
    url = address("delete", id=customer.pk)
    confirm(manager, url)
    with nothing_changes():
        response = manager.post(url, {}, follow=True)
    assert "What you selected is not there any more." in response.content.decode()


def test_classes_in_use_are_told_and_others_deleted(manager: Client) -> None:
    used, free = make_class(name="Used"), make_class(name="Free")
    make_customer(customer_class=used)
    url = address("delete", "customerclass", id=[used.pk, free.pk])
    page = manager.get(url).content.decode()
    assert "1 of the 2 selected can't be deleted yet" in page.replace("&#x27;", "'")
    assert "Deactivate it instead" in page
    assert "Yes, delete" not in page
    confirm(manager, address("delete", "customerclass", id=free.pk), reason="Old")
    assert newest().reason == "Old"
    assert not CustomerClass.objects.filter(pk=free.pk).exists()


def test_a_class_that_a_site_gives_is_told_before_anything_is_asked(manager: Client) -> None:
    given = make_class(name="Given")
    settle(default_class=given)
    page = manager.get(address("delete", "customerclass", id=given.pk)).content.decode()
    assert "get this class. Choose another default class in the settings first." in page
    assert "Yes, delete" not in page


def test_clubs_that_somebody_joined_are_told_and_others_deleted(manager: Client) -> None:
    joined, free = make_membership(make_customer()).club, make_club(name="Free")
    url = address("delete", "club", id=[joined.pk, free.pk])
    page = manager.get(url).content.decode()
    assert "Customers are or were members of this club." in page
    assert reverse("clubs:inspect", args=[joined.pk]) in page
    assert "Yes, delete" not in page
    with nothing_changes():
        manager.post(url, manager.get(url).context["form"].initial)
    assert "1 club was deleted." in confirm(manager, address("delete", "club", id=free.pk)).content.decode()
    assert list(Club.objects.all()) == [joined]


def test_notes_are_deleted_together(manager: Client) -> None:
    make_note(make_customer()), make_note(make_customer())
    before = ChangeSet.objects.count()
    response = confirm(manager, address("delete", "accountnote", id="all"))
    assert "2 account notes were deleted." in response.content.decode()
    assert not AccountNote.objects.exists()
    assert ChangeSet.objects.count() == before + 1


def test_who_may_not_delete_classes_is_refused_though_they_may_delete_notes(client: Client) -> None:
    client.force_login(make_user(permissions=("view_customerclass", "delete_accountnote", "view_accountnote")))
    free = make_class()
    assert client.get(address("delete", "customerclass", id=free.pk)).status_code == 302


def test_a_customer_with_the_key_of_a_portal_user_is_deleted_like_others(manager: Client) -> None:
    key = make_login().user_id
    twin = Customer.objects.filter(pk=key).first() or make_customer(pk=key)
    confirm(manager, address("delete", id=twin.pk))
    assert not Customer.all_objects.filter(pk=key).exists()
