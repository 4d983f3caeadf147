"""The report over all changes, and its spreadsheets."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from customer_admin.files import xlsx
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Actor,
    ActorKind,
    ChangeSet,
    Customer,
    acting_from,
    recording,
)
from customer_admin.views.changes import paging
from tests.factories import make_address, make_auditor, make_class, make_customer, make_note, make_staff
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db

URL = "customer_admin_changes:index"


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor("priya"))
    return client


def reasons(client: Client, **query: Any) -> list[str]:
    response = client.get(reverse(URL), query)
    assert response.status_code == 200
    return [change_set.reason for change_set in response.context["object_list"]]


def rows_of_csv(client: Client, **query: Any) -> list[dict[str, str]]:
    response = client.get(reverse(URL), {**query, "export": "csv"})
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def write(reason: str, **fields: Any) -> ChangeSet:
    with recording(**{"actor": SYSTEM, "reason": reason, **fields}) as current:
        make_class()
    return current.change_set


@each_role
def test_the_report_is_open_to_who_may_see_everything(client: Client, role: str) -> None:
    for name in (URL, "customer_admin_changes:index_results"):
        response = sign_in(client, role).get(reverse(name))
        assert response.status_code == 200 if role in ("auditor", "manager") else is_refused(response, role)


@each_role
def test_the_spreadsheets_are_open_to_who_may_see_everything(client: Client, role: str) -> None:
    for kind in ("csv", "xlsx"):
        response = sign_in(client, role).get(reverse(URL), {"export": kind})
        assert response.status_code == 200 if role in ("auditor", "manager") else is_refused(response, role)


@each_role
def test_the_menu_leads_there_only_who_may(client: Client, role: str) -> None:
    response = sign_in(client, role).get(reverse("wagtailadmin_home"))
    assert (reverse(URL) in response.content.decode()) is (role in ("auditor", "manager"))


def test_changes_are_listed_newest_first(auditor: Client) -> None:
    write("first")
    write("second")
    assert reasons(auditor)[:2] == ["second", "first"]


def test_each_filter_finds_what_it_names(auditor: Client) -> None:
    sue = make_staff("sue", first_name="Sue", last_name="Hill")
    till = Actor(kind=ActorKind.INTEGRATION, label="Till 3")
    write("by Sue", actor=sue)
    write("by the till", actor=till, kind="import")
    with acting_from("api"):
        write("from the API")
    with recording(actor=SYSTEM, reason="a customer"):
        customer = make_customer(number="C77")
    with recording(actor=SYSTEM, reason="an e-mail"):
        Customer.objects.filter(pk=customer.pk).update(email="ada@example.com")
    assert reasons(auditor, person="hill") == ["by Sue"]
    assert reasons(auditor, person="sue@staff") == ["by Sue"]
    assert reasons(auditor, person="till 3") == ["by the till"]
    assert reasons(auditor, actor_kind="integration") == ["by the till"]
    assert reasons(auditor, kind="import") == ["by the till"]
    assert reasons(auditor, source="api") == ["from the API"]
    assert reasons(auditor, touched="customer_admin.customer") == ["an e-mail", "a customer"]
    assert reasons(auditor, touched="customer_admin.customer.email") == ["an e-mail"]
    assert reasons(auditor, customer="C77") == ["an e-mail", "a customer"]
    assert reasons(auditor, customer="C7") == []
    assert reasons(auditor, q="the till") == ["by the till"]
    assert reasons(auditor, q="Hill") == ["by Sue"]
    today = timezone.localdate().isoformat()
    assert len(reasons(auditor, created_at_from=today, created_at_to=today)) == ChangeSet.objects.count()
    assert reasons(auditor, created_at_to="2020-01-01") == []


def test_persons_who_are_gone_are_found_by_their_name(auditor: Client) -> None:
    sue = make_staff("sue", first_name="Sue", last_name="Hill")
    write("by Sue", actor=sue)
    with recording(actor=SYSTEM):
        get_user_model().objects.filter(pk=sue.pk).delete()
    assert reasons(auditor, person="Sue Hill") == ["by Sue"]


def test_customers_who_are_gone_are_found_by_their_number(auditor: Client) -> None:
    with recording(actor=SYSTEM, reason="created"):
        customer = make_customer(number="C77")
    with recording(actor=SYSTEM, reason="deleted"):
        customer.delete()
    assert reasons(auditor, customer="C77") == ["deleted", "created"]


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "nonsense", "actor_kind": "%", "source": "\x00"},
        {"touched": "no.such.field"},
        {"created_at_from": "yesterday", "created_at_to": "9999-12-31"},
        {"created_at_from": "0001-01-01"},
        {"created_at_to": "9999-12-31"},
        {"customer": "\x00", "person": "\x00"},
        {"customer": "' OR 1=1 --", "person": "%' OR 1=1 --", "q": "%_\\"},
        {"p": "minus one"},
        {"p": "9" * 40},
        {"p": "-1"},
        {"q": "x" * 5000},
        {"export": "exe", "ordering": "actor__password"},
    ],
)
def test_garbage_in_the_address_does_no_harm(auditor: Client, query: dict[str, str]) -> None:
    write("here")
    assert auditor.get(reverse(URL), query).status_code == 200


def test_what_people_typed_is_shown_as_text(auditor: Client) -> None:
    write("<script>alert(1)</script>", actor=Actor(kind=ActorKind.INTEGRATION, label='<b onclick="x">Till</b>'))
    page = auditor.get(reverse(URL)).content.decode()
    assert "<script>alert(1)" not in page
    assert '<b onclick="x">' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_was_touched_is_said_in_words(auditor: Client) -> None:
    with recording(actor=SYSTEM):
        customer = make_customer()
        make_note(customer)
    with recording(actor=SYSTEM):
        Customer.objects.update(email="ada@example.com", first_name="Grace")
    newest, before = auditor.get(reverse(URL)).context["object_list"][:2]
    assert [(touched.name, touched.fields) for touched in newest.touched_in_words] == [
        ("Customer", ("first name", "e-mail"))
    ]
    assert [(touched.name, touched.fields) for touched in before.touched_in_words] == [
        ("Customer", ()),
        ("Account note", ()),
    ]


def test_long_lists_are_counted_no_further_than_needed(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 100)
    for number in range(151):
        write(f"{number}")
    first = auditor.get(reverse(URL))
    assert first.context["paginator"].items_count_label == "over 100 changes"
    assert "Over 100 changes" in first.content.decode()
    second = auditor.get(reverse(URL), {"p": 2})
    assert second.context["paginator"].num_pages == 3
    last = auditor.get(reverse(URL), {"p": 4})
    assert [change_set.reason for change_set in last.context["object_list"]] == ["0"]
    assert last.context["paginator"].items_count_label == "151 changes"


def test_the_list_takes_as_many_queries_whatever_its_length(
    auditor: Client, django_assert_max_num_queries: Any
) -> None:
    write("one")
    auditor.get(reverse(URL))
    with django_assert_max_num_queries(20) as few:
        auditor.get(reverse(URL))
    for number in range(30):
        write(f"{number}")
    with django_assert_max_num_queries(20) as many:
        auditor.get(reverse(URL))
    assert len(many) == len(few)


def test_the_plot_shows_what_the_filters_leave(auditor: Client) -> None:
    write("kept", kind="merge")
    write("left out", kind="import")
    response = auditor.get(reverse(URL), {"kind": "merge"})
    plot = response.context["view"].plot
    assert [bar.kind for bar in plot.bars] == ["merge"]
    assert plot.rows[-1]["values"] == [1]
    page = response.content.decode()
    assert '<rect class="customer-admin-plot__merge"' in page
    assert 'aria-labelledby="changes-plot-title changes-plot-description"' in page


def test_nothing_found_is_said_with_what_to_do(auditor: Client) -> None:
    page = auditor.get(reverse(URL), {"person": "nobody"}).content.decode()
    assert "No change fits. Take a filter away, or choose a longer time." in page
    assert "<svg viewBox=" not in page.split('id="listing-results"')[1]


def test_a_spreadsheet_has_a_line_for_each_field_of_what_is_filtered(auditor: Client) -> None:
    sue = make_staff("sue", first_name="Sue", last_name="Hill")
    customer = make_customer(number="C7", first_name="Ada", last_name="Stone")
    make_address(customer)
    with recording(actor=sue, reason="Married"):
        Customer.objects.update(last_name="Hill")
    (row,) = rows_of_csv(auditor, person="hill")
    assert row.pop("When").startswith(f"{timezone.localdate():%Y-%m-%d} ")
    assert row == {
        "Person": "Sue Hill",
        "Acting as": "Staff",
        "Kind": "Edit",
        "Reason": "Married",
        "From": "Command",
        "Change no.": str(ChangeSet.objects.get(reason="Married").pk),
        "Record type": "Customer",
        "Record": "Ada Hill (C7)",
        "Customer numbers": "C7",
        "What happened": "changed",
        "Field": "Last name",
        "Before": "Stone",
        "After": "Hill",
    }
    assert len(rows_of_csv(auditor)) > 5


def test_no_cell_of_a_spreadsheet_is_run_as_a_formula(auditor: Client) -> None:
    dangerous = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"]
    for text in dangerous:
        with recording(actor=Actor(kind=ActorKind.INTEGRATION, label=text), reason=text):
            make_note(make_customer(number=text, first_name=text), body=text)
    cells = [cell for row in rows_of_csv(auditor) for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert sum(cell == "'=1+1" for cell in cells) >= 4
    response = auditor.get(reverse(URL), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"} == {"s"}


def test_a_sheet_takes_characters_that_its_format_knows_not(auditor: Client) -> None:
    make_note(make_customer(), body="bell \x07 and\nline")
    response = auditor.get(reverse(URL), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    assert "bell \ufffd and\nline" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_sheet_ends_where_spreadsheet_programs_do(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_OF_A_SHEET", 4)
    make_customer()
    response = auditor.get(reverse(URL), {"export": "xlsx"})
    rows = list(load_workbook(io.BytesIO(response.getvalue())).active.iter_rows(values_only=True))
    assert len(rows) == 4
    assert "A sheet holds no more rows. Download the CSV file, or narrow the filters." in rows[-1]


def test_what_is_concealed_is_in_no_spreadsheet(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountNote, "concealed_fields", ("body",))
    make_note(make_customer(), body="Secret one")
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="Secret two")
    assert "Secret" not in repr(rows_of_csv(auditor))
    assert "(not shown)" in repr(rows_of_csv(auditor))


def test_a_spreadsheet_is_streamed(auditor: Client) -> None:
    write("here")
    response = auditor.get(reverse(URL), {"export": "csv"})
    assert response.streaming
    assert "changes-" in response["Content-Disposition"]
