"""Notes on the page of their customer: who may, writing, changing, pinning and removing them."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import AccountNote, ChangeSet, Customer
from customer_admin.operations import acknowledge_note, delete_note, update_note
from customer_admin.selectors.history import version_of
from customer_admin.views.customers.tabs import page_url
from tests.factories import make_customer, make_manager, make_note, make_order, make_staff
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db

PLAIN = {"body": "Rings twice.", "kind": "call", "alert_level": "info"}


def url(name: str, customer: Customer, *keys: Any) -> str:
    return reverse(f"customers:note_{name}", args=[customer.pk, *keys])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def customer() -> Customer:
    return make_customer()


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_staff("sue", first_name="Sue", last_name="Hill")
    client.force_login(user)
    return user


@each_role
def test_notes_are_written_and_removed_by_those_who_may(client: Client, customer: Customer, role: str) -> None:
    note = make_note(customer)
    sign_in(client, role)
    posts = (
        (url("add", customer), PLAIN),
        (url("edit", customer, note.pk), PLAIN),
        (url("pin", customer, note.pk), {"pinned": "1"}),
        (url("delete", customer, note.pk), {}),
    )
    if role in ("staff", "manager"):
        for address, data in posts:
            response = client.post(address, data)
            assert (response.status_code, response["Location"]) == (302, page_url(customer, "notes"))
        assert AccountNote.objects.get().body == "Rings twice."
        return
    with nothing_changes():
        for address, data in posts:
            assert is_refused(client.post(address, data), role)
            assert address.endswith(("new/", "pin/")) or is_refused(client.get(address), role)
    if role == "auditor":
        page = text_of(client.get(page_url(customer, "notes")))
        assert "<form" not in page.partition('id="tab-notes"')[2].partition("</section>")[0]
        assert url("edit", customer, note.pk) not in page


def test_a_note_has_author_time_and_change_set_and_comes_once_however_often_it_is_sent(
    client: Client, staff: Any, customer: Customer
) -> None:
    make_note(customer)
    form = client.get(page_url(customer, "notes")).context["form"]
    data = PLAIN | {"newest": form["newest"].value(), "is_pinned": "on"}
    for _again in range(2):
        client.post(url("add", customer), data)
    note = AccountNote.objects.get(kind="call")
    assert (note.customer, note.author, note.author_label, note.is_pinned) == (customer, staff, "Sue Hill", True)
    change_set = ChangeSet.objects.get(actor=staff)
    assert (change_set.kind, change_set.source) == ("create", "screen")
    client.post(url("add", customer), PLAIN | {"newest": note.pk})
    assert AccountNote.objects.filter(kind="call").count() == 2  # Who saw the first one means another.


def test_what_is_refused_comes_back_in_the_tab_with_everything_that_was_typed(
    client: Client, staff: Any, customer: Customer
) -> None:
    today = timezone.localdate()
    data = PLAIN | {"alert_clerk": "on", "alert_from": today, "alert_until": today - datetime.timedelta(days=1)}
    with nothing_changes():
        response = client.post(url("add", customer), data)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["alert_until"]
    page = text_of(response)
    for told in ("Rings twice.", "The last day is before the first one.", f'value="{today:%Y-%m-%d}"'):
        assert told in page
    assert 'aria-controls="tab-notes" aria-selected="true"' in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"kind": "evil"}, "kind"),
        ({"alert_level": ""}, "alert_level"),
        ({"alert_from": "9" * 10_000}, "alert_from"),
        ({"newest": "9" * 40}, "newest"),
        ({"newest": "abc"}, "newest"),
    ],
)
def test_each_fault_is_told_on_its_field(
    client: Client, staff: Any, customer: Customer, fields: dict[str, str], field: str
) -> None:
    with nothing_changes():
        response = client.post(url("add", customer), PLAIN | fields)
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("body", ["x" * 10_000, "=CMD()", "<script>alert(1)</script>", "‮🍷 עברית"])
def test_what_a_note_says_is_kept_and_shown_as_text(client: Client, staff: Any, customer: Customer, body: str) -> None:
    client.post(url("add", customer), PLAIN | {"body": body})
    assert AccountNote.objects.get().body == body
    assert "<script>alert" not in text_of(client.get(page_url(customer, "notes")))


def test_notes_tell_kind_author_alert_and_who_acknowledged(client: Client, staff: Any, customer: Customer) -> None:
    today = timezone.localdate()
    over = make_note(customer, alert_clerk=True, alert_level="warning", alert_until=today - datetime.timedelta(days=1))
    note = make_note(customer, alert_clerk=True, alert_level="stop", kind="delivery", author_label="Ann Field")
    pinned = make_note(customer, is_pinned=True, body="Read me first.")
    acknowledge_note(actor=staff, note=note, order=make_order(customer, number="AV-5"))
    response = client.get(page_url(customer, "notes"))
    assert [each["note"] for each in response.context["notes"]] == [pinned, note, over]
    page = text_of(response)
    for told in (
        "Delivery", "Ann Field", "Alert: Stop", "Alert: Warning, not in force today", "Acknowledged by Sue Hill,",
        "order AV-5", ">Unpin<", f"until {over.alert_until:%m/%d/%Y}",
    ):  # fmt: skip
        assert told in page.replace("> Unpin <", ">Unpin<")


def test_a_kind_can_be_picked_and_is_then_proposed(client: Client, staff: Any, customer: Customer) -> None:
    make_note(customer, kind="club"), make_note(customer)
    address = page_url(customer, "notes")
    response = client.get(f"{address}?kind=club")
    assert [each["note"].kind for each in response.context["notes"]] == ["club"]
    assert response.context["form"]["kind"].value() == "club"
    assert f'href="{address}?kind=general"' in text_of(response)
    assert len(client.get(f"{address}?kind=evil").context["notes"]) == 2


def test_notes_come_in_pages(client: Client, staff: Any, customer: Customer) -> None:
    for number in range(21):
        make_note(customer, body=f"Note {number}.")
    page = text_of(client.get(page_url(customer, "notes")))
    assert "Note 20." in page
    assert "Note 0." not in page
    assert "Note 0." in text_of(client.get(f"{page_url(customer, 'notes')}?p=2"))


def test_a_change_keeps_the_author_and_says_why(client: Client, staff: Any, customer: Customer) -> None:
    note = make_note(customer, author_label="Ann Field")
    response = client.get(url("edit", customer, note.pk))
    crumbs = [crumb["url"] for crumb in response.context["breadcrumbs_items"]]
    assert crumbs[-3:] == [page_url(customer), page_url(customer, "notes"), ""]
    data = PLAIN | {"seen": response.context["form"]["seen"].value(), "reason": "Misheard"}
    client.post(url("edit", customer, note.pk), data)
    note.refresh_from_db()
    assert (note.body, note.author_label) == ("Rings twice.", "Ann Field")
    change_set = ChangeSet.objects.get(actor=staff)
    assert (change_set.kind, change_set.reason) == ("edit", "Misheard")


def test_two_people_at_one_note_are_told_of_each_other(client: Client, staff: Any, customer: Customer) -> None:
    note = make_note(customer, body="One")
    seen = version_of(note)
    update_note(actor=make_manager("max"), note=note, body="Two", kind="club")
    address = url("edit", customer, note.pk)
    response = client.post(address, PLAIN | {"body": "Three", "kind": "general", "seen": seen})
    assert list(response.context["form"].errors) == ["body"]
    assert response.context["form"]["kind"].value() == "club"
    again = {"body": "Three", "kind": "club", "alert_level": "info", "seen": response.context["form"]["seen"].value()}
    client.post(address, again)
    note.refresh_from_db()
    assert (note.body, note.kind) == ("Three", "club")


def test_pin_and_unpin_are_one_click_and_twice_is_as_once(client: Client, staff: Any, customer: Customer) -> None:
    note = make_note(customer)
    for pinned in ("1", "0"):
        client.post(url("pin", customer, note.pk), {"pinned": pinned})
        note.refresh_from_db()
        assert note.is_pinned == (pinned == "1")
        with nothing_changes():
            client.post(url("pin", customer, note.pk), {"pinned": pinned})
    assert client.get(url("pin", customer, note.pk))["Location"] == page_url(customer, "notes")


def test_a_note_is_removed_after_a_question(client: Client, staff: Any, customer: Customer) -> None:
    note = make_note(customer, body="Rings twice.")
    with nothing_changes():
        assert "Rings twice." in text_of(client.get(url("delete", customer, note.pk)))
    client.post(url("delete", customer, note.pk), {"reason": "Wrong customer"})
    assert not AccountNote.objects.exists()
    assert ChangeSet.objects.get(actor=staff).reason == "Wrong customer"


def test_a_note_that_is_gone_is_told_and_leads_back(client: Client, staff: Any, customer: Customer) -> None:
    note = make_note(customer)
    seen = version_of(note)
    delete_note(actor=staff, note=AccountNote.objects.get())
    for name in ("edit", "delete"):
        response = client.get(url(name, customer, note.pk), follow=True)
        assert response.redirect_chain == [(page_url(customer, "notes"), 302)]
        assert "deleted meanwhile" in text_of(response)
    with nothing_changes():
        assert "deleted meanwhile" in text_of(client.post(url("pin", customer, note.pk), {"pinned": "1"}, follow=True))
        assert client.post(url("delete", customer, note.pk)).status_code == 302
        response = client.post(url("edit", customer, note.pk), PLAIN | {"seen": seen})
        assert response.status_code == 200
        assert "Rings twice." in text_of(response)


def test_what_was_typed_into_a_note_that_is_gone_is_added_anew_by_a_second_save(
    client: Client, staff: Any, customer: Customer
) -> None:
    note = make_note(customer)
    typed = PLAIN | {"seen": version_of(note), "body": "Rings three times."}
    delete_note(actor=make_staff("other"), note=AccountNote.objects.get())
    response = client.post(url("edit", customer, note.pk), typed)
    assert "Save again to add it anew." in text_of(response)
    again = typed | {"seen": response.context["form"]["seen"].value()}
    assert client.post(url("edit", customer, note.pk), again)["Location"] == page_url(customer, "notes")
    anew = AccountNote.objects.get()
    assert (anew.customer, anew.body, anew.author) == (customer, "Rings three times.", staff)


@pytest.mark.parametrize("name", ["edit", "pin", "delete"])
def test_a_note_of_another_customer_or_none_is_not_there(
    client: Client, staff: Any, customer: Customer, name: str
) -> None:
    other = make_note(make_customer())
    with nothing_changes():
        for key in (other.pk, "9" * 40):
            assert client.post(url(name, customer, key), PLAIN).status_code == 404
            if name != "pin":
                assert client.get(url(name, customer, key)).status_code == 404


def test_notes_of_a_customer_who_is_gone_are_not_taken(client: Client, staff: Any) -> None:
    address = reverse("customers:note_add", args=[999])
    with nothing_changes():
        assert client.post(address, PLAIN).status_code == client.get(address).status_code == 404


def test_who_comes_back_from_signing_in_is_led_to_the_notes(client: Client, staff: Any, customer: Customer) -> None:
    assert client.get(url("add", customer))["Location"] == page_url(customer, "notes")
