"""Two versions of a record side by side."""

from typing import Any

import pytest
from django.db.models import F, QuerySet
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from customer_admin.models import SYSTEM, AccountNote, Customer, recording
from tests.factories import make_auditor, make_customer, make_note
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor("priya"))
    return client


@pytest.fixture
def story() -> Customer:
    customer = make_customer(first_name="Ada", phone="1")
    for name, phone in (("Grace", "2"), ("Joan", "3")):
        with recording(actor=SYSTEM, reason=f"Now {name}"):
            Customer.objects.update(first_name=name, phone=phone)
    return customer


def compare(client: Client, record: Any, **query: Any) -> Any:
    options = record._meta
    args = [options.app_label, options.model_name, record.pk]
    return client.get(reverse("customer_admin_changes:compare", args=args), query)


def versions(record: Any) -> list[int]:
    return list(type(record).history.filter(id=record.pk).order_by("history_id").values_list("history_id", flat=True))


@each_role
def test_versions_are_open_to_who_may_see_everything(client: Client, role: str) -> None:
    response = compare(sign_in(client, role), make_customer())
    assert response.status_code == 200 if role in ("auditor", "manager") else is_refused(response, role)


def test_two_versions_show_their_differences_whichever_comes_first(auditor: Client, story: Customer) -> None:
    first, _second, third = versions(story)
    for older, newer in ((first, third), (third, first)):
        response = compare(auditor, story, older=older, newer=newer)
        assert [(field.label, field.before, field.after) for field in response.context["fields"]] == [
            ("First name", "Ada", "Joan"),
            ("Phone", "1", "3"),
        ]
        assert "Now Joan" in response.content.decode()


def test_versions_are_named_by_their_keys_where_numbers_are_written_with_separators(
    auditor: Client, story: Customer, settings: Any
) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    QuerySet(Customer.history.model).update(history_id=F("history_id") + 5000)
    first, *_between, last = versions(story)
    assert first > 5000
    page = compare(auditor, story, older=first, newer=last).content.decode()
    assert {f'value="{key}"' in page for key in versions(story)} == {True}


def test_all_versions_can_be_chosen(auditor: Client, story: Customer) -> None:
    told = compare(auditor, story).context["versions"]
    assert [(version["kind"], version["fields"]) for version in told] == [
        ("changed", "first name, phone"),
        ("changed", "first name, phone"),
        ("created", ""),
    ]


def test_chosen_versions_stay_chosen_on_other_pages(auditor: Client, story: Customer) -> None:
    for number in range(50):
        with recording(actor=SYSTEM):
            Customer.objects.update(phone=f"{number}")
    first, second, *_later = versions(story)
    text = compare(auditor, story, older=first, newer=second).content.decode()
    assert f'<input type="hidden" name="older" value="{first}">' in text
    text = compare(auditor, story, older=first, newer=second, p=2).content.decode()
    assert '<input type="hidden" name="older"' not in text


@pytest.mark.parametrize("asked", ["", "x", "-1", "0", "9" * 40, "²", "\x00"])
def test_versions_that_do_not_exist_are_not_compared(auditor: Client, story: Customer, asked: str) -> None:
    response = compare(auditor, story, older=asked, newer=versions(story)[0])
    assert response.status_code == 200
    assert response.context["older"] is None


def test_who_chose_less_than_two_versions_is_told(auditor: Client, story: Customer) -> None:
    told = "There are not two versions to compare."
    newest = versions(story)[-1]
    assert told not in compare(auditor, story).content.decode()
    for query in ({"older": newest}, {"older": newest, "newer": newest}):
        assert told in compare(auditor, story, **query).content.decode()


def test_versions_of_the_same_minute_can_be_told_apart_by_ear(auditor: Client, story: Customer) -> None:
    created = [row.change_set.created_at for row in story.history.select_related("change_set")]
    with recording(actor=SYSTEM):
        Customer.objects.update(phone="4")
    text = compare(auditor, story).content.decode()
    for when in created:
        assert f'aria-label="Older version: {localtime(when):%m/%d/%Y %H:%M:%S}"' in text


def test_versions_of_other_records_are_not_compared(auditor: Client, story: Customer) -> None:
    other = make_customer()
    response = compare(auditor, story, older=versions(story)[0], newer=versions(other)[0])
    assert response.context["older"] is None


@pytest.mark.parametrize(
    "args",
    [
        ["customer_admin", "customer", "0"],
        ["customer_admin", "customer", "x"],
        ["customer_admin", "customer", "9" * 40],
        ["customer_admin", "nosuch", "1"],
        ["nosuch", "customer", "1"],
        ["customer_admin", "changeset", "1"],
        ["auth", "permission", "1"],
    ],
)
def test_records_without_versions_are_not_found(auditor: Client, args: list[str]) -> None:
    assert auditor.get(reverse("customer_admin_changes:compare", args=args)).status_code == 404


def test_a_record_that_is_gone_still_has_its_versions(auditor: Client) -> None:
    note = make_note(make_customer(), body="Beware")
    key = note.pk
    with recording(actor=SYSTEM):
        note.delete()
    note.pk = key
    first, last = versions(note)
    response = compare(auditor, note, older=first, newer=last)
    assert "These two versions do not differ in anything that is shown." in response.content.decode()
    assert [version["kind"] for version in response.context["versions"]] == ["deleted", "created"]


def test_what_is_concealed_is_not_compared(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountNote, "concealed_fields", ("body",))
    note = make_note(make_customer(), body="Secret <b>one</b>")
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="Secret two")
    first, last = versions(note)
    text = compare(auditor, note, older=first, newer=last).content.decode()
    assert "Secret" not in text
    assert "changed (not shown)" in text


def test_markup_in_a_value_is_text(auditor: Client) -> None:
    customer = make_customer(first_name="Ada")
    with recording(actor=SYSTEM, reason="<i>why</i>"):
        Customer.objects.update(first_name="<script>alert(1)</script>")
    first, last = versions(customer)
    text = compare(auditor, customer, older=first, newer=last).content.decode()
    assert "<script>alert(1)" not in text
    assert "<i>why" not in text
