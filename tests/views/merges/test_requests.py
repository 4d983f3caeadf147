"""Asking for a merge on its screen, and deciding about it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import SYSTEM, ChangeSet, Customer, MergeRequest
from customer_admin.operations import refuse_merge, request_merge, update_customer
from customer_admin.views.customers.tabs import page_url
from tests.factories import make_club, make_customer, make_manager, make_membership, make_order, settle
from tests.sweep.forms_on import forms_on
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in
from tests.views.merges.test_screen import address, merge, text_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Any:
    settle(merges_need_second=True)
    return make_manager("ann", first_name="Ann", last_name="Field")


@pytest.fixture
def asked(ann: Any) -> MergeRequest:
    stays, goes = make_customer(number="C-10", last_name="Byron"), make_customer(number="C-13", last_name="Lovelace")
    make_order(goes)
    return request_merge(
        actor=ann, survivor=stays, duplicates=[goes], choices={"last_name": str(goes.pk)}, reason="Same phone"
    )


@pytest.fixture
def bob(client: Client) -> Any:
    bob = make_manager("bob", first_name="Bob", last_name="Hill")
    client.force_login(bob)
    return bob


def url_of(asked: MergeRequest) -> str:
    return reverse("customers:merge_request", args=[asked.pk])


def decide(client: Client, asked: MergeRequest, decision: str, **values: str) -> Any:
    form = next(form for form in forms_on(client.get(url_of(asked))) if "seen" in form.values)
    return client.post(url_of(asked), {**form.values, "decision": decision, **values})


@each_role
def test_who_may_merge_sees_what_was_asked_for(client: Client, asked: MergeRequest, role: str) -> None:
    sign_in(client, role)
    for url in (reverse("customers:merge_requests"), url_of(asked)):
        response = client.get(url)
        assert response.status_code == 200 if role == "manager" else is_refused(response, role)


def test_the_screen_asks_where_a_second_person_is_needed(client: Client, ann: Any) -> None:
    client.force_login(ann)
    stays, goes = make_customer(), make_customer()
    assert "Ask for this merge" in text_of(client.get(address(stays, goes)))
    with nothing_changes():
        response = merge(client, address(stays, goes), reason="Same phone")
        assert response.url == page_url(stays)
        assert "has to approve it" in told(response)[0]
        asked = MergeRequest.objects.get()
        MergeRequest.objects.all().delete()
    assert (asked.accounts, asked.reason, asked.asked_by) == ([stays.pk, goes.pk], "Same phone", ann)


def test_the_menu_leads_to_what_waits(client: Client, asked: MergeRequest, bob: Any) -> None:
    assert "Merge requests (1)" in client.get(reverse("customers:list")).content.decode()
    assert "1 account into Ada Byron (C-10)" in text_of(client.get(reverse("customers:merge_requests")))
    refuse_merge(actor=bob, request=asked)
    assert "Merge requests (" not in client.get(reverse("customers:list")).content.decode()
    page = text_of(client.get(reverse("customers:merge_requests")))
    assert "No merge waits for anybody." in page
    assert "Refused, Bob Hill" in page


def test_what_was_chosen_is_shown_and_approving_merges(client: Client, asked: MergeRequest, bob: Any) -> None:
    page = text_of(client.get(url_of(asked)))
    for shown in ("Ann Field", "Same phone", "Last name: <strong>Lovelace</strong>", "1 order"):
        assert shown in page
    response = decide(client, asked, "approve", reason="Checked")
    survivor = Customer.objects.get()
    assert (response.url, survivor.last_name) == (page_url(survivor), "Lovelace")
    assert "1 account was merged into this one." in told(response)[0]
    assert "Ann Field" in ChangeSet.objects.latest("closed").reason
    assert "Approve, and merge" not in text_of(client.get(url_of(asked)))


def test_what_people_typed_is_kept_as_it_is_and_shown_as_text(client: Client, asked: MergeRequest, bob: Any) -> None:
    hard = "<script>alert(1)</script> {{ 7|add:7 }}"
    decide(client, asked, "approve", reason=hard)
    asked.refresh_from_db()
    assert asked.decision_reason == hard
    assert ChangeSet.objects.latest("closed").reason.endswith(f"Same phone. {hard}")
    assert "<script>alert(1)" not in client.get(url_of(asked)).content.decode()


def test_refusing_changes_nothing(client: Client, asked: MergeRequest, bob: Any) -> None:
    with nothing_changes():
        assert decide(client, asked, "refuse", reason="Sisters").url == reverse("customers:merge_requests")
    assert "Sisters" in text_of(client.get(url_of(asked)))


def test_the_enter_key_decides_nothing_and_the_reason_stays(client: Client, asked: MergeRequest, bob: Any) -> None:
    page = client.get(url_of(asked)).content.decode()
    # The key presses the first button of the form.
    assert re.findall(r'name="decision"\s+value="(\w*)"', page) == ["", "approve", "refuse"]
    with nothing_changes():
        response = decide(client, asked, "", reason="Same street")
    assert "Press one of the buttons below to decide." in text_of(response)
    assert "Same street" in response.content.decode()


def test_who_asked_is_offered_to_take_it_back_alone(client: Client, asked: MergeRequest, ann: Any) -> None:
    client.force_login(ann)
    page = text_of(client.get(url_of(asked)))
    assert "Take back the request" in page
    assert "Approve, and merge" not in page
    with nothing_changes():
        response = decide(client, asked, "approve")
    assert "Another person has to approve it." in text_of(response)


def test_what_changed_since_is_said_and_what_stands_against_it_is_shown(
    client: Client, asked: MergeRequest, bob: Any
) -> None:
    club, accounts = make_club(name="Red"), list(Customer.objects.order_by("pk"))
    update_customer(actor=SYSTEM, customer=accounts[1], phone="555")
    assert "changed since the merge was asked for" in text_of(client.get(url_of(asked)))
    for each in accounts:
        make_membership(each, club)
    page = text_of(client.get(url_of(asked)))
    assert "are both members of Red" in page
    assert "Approve, and merge" not in page


def test_a_page_that_is_out_of_date_merges_nothing(client: Client, asked: MergeRequest, bob: Any) -> None:
    form = next(form for form in forms_on(client.get(url_of(asked))) if "seen" in form.values)
    update_customer(actor=SYSTEM, customer=Customer.objects.get(number="C-13"), phone="555")
    with nothing_changes():
        response = client.post(url_of(asked), {**form.values, "decision": "approve"})
        assert "changed meanwhile" in text_of(response)
        refuse_merge(actor=bob, request=asked)
        assert "decided this already" in text_of(client.post(url_of(asked), {"decision": "approve"}))


def test_a_request_of_which_an_account_is_gone_can_be_refused(client: Client, asked: MergeRequest, bob: Any) -> None:
    MergeRequest.objects.update(accounts=[asked.accounts[0], 99999])
    assert client.get(url_of(asked)).status_code == 200
    assert "deleted meanwhile" in text_of(client.post(url_of(asked), {"decision": "approve"}))
    assert decide(client, asked, "refuse").status_code == 302
