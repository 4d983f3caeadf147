"""Downloads of customers: what the list shows, to whom, what of each, and that it is told who took it."""

import csv
import io
import logging
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from customer_admin.models import SYSTEM, Customer, recording
from customer_admin.operations import set_login_enabled
from customer_admin.selectors import customer_exports
from tests.factories import lock, make_address, make_class, make_customer, make_login, make_order, make_staff, make_user
from tests.snippets.bulk.pages import address
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff("sue"))
    return client


def of_csv(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, response
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


def exported(client: Client, **query: Any) -> list[dict[str, str]]:
    return of_csv(client.get(reverse("customers:list"), {"export": "csv", **query}))


@each_role
def test_customers_are_exported_to_who_may(client: Client, role: str) -> None:
    sign_in(client, role)
    for name, ending in product(("list", "list_results"), ("csv", "xlsx")):
        response = client.get(reverse(f"customers:{name}"), {"export": ending})
        assert response.streaming if role in ("staff", "auditor", "manager") else is_refused(response, role)


def test_who_may_see_customers_and_not_export_them_is_offered_nothing(client: Client) -> None:
    client.force_login(make_user(permissions=("view_customer",)))
    make_customer()
    page = client.get(reverse("customers:list"))
    assert page.status_code == 200
    assert "export=" not in page.content.decode()
    assert client.get(reverse("customers:list"), {"export": "csv"}).status_code == 302
    assert client.post(address("export", id="all"), {"ending": "csv"}).status_code == 302


def test_all_of_the_account_is_there(staff: Client) -> None:
    customer = make_customer(
        number="C7", first_name="Ada", last_name="Müller", company="M & Co", email="ada@example.com", language="en",
        phone="+49 30 1", customer_class=make_class(name="Club"), birth_date=date(1980, 2, 3), tax_exempt=True,
        tax_exempt_until=date(2030, 1, 1), created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )  # fmt: skip
    make_address(customer, line1="Old Street 1", is_primary=False)
    make_address(customer, line1="Main Street 1", city="Köln", country="DE", is_primary=True)
    make_address(customer, kind="shipping", line1="Dock 4", is_primary=True)
    make_login(customer, "ada", email="ada@portal.example")
    make_order(customer, placed_at=datetime(2026, 3, 1, tzinfo=UTC))
    make_order(customer, placed_at=datetime(2026, 2, 1, tzinfo=UTC), status="open")
    make_order(customer, placed_at=datetime(2026, 4, 1, tzinfo=UTC), status="cancelled")
    (row,) = exported(staff)
    wanted = {
        "Number": "C7", "First name": "Ada", "Last name": "Müller", "Company": "M & Co", "E-mail": "ada@example.com",
        "Phone": "'+49 30 1", "Class": "Club", "Birth date": "1980-02-03", "Language": "en", "Marketing": "no",
        "Account notifications": "yes", "Tax exemption: tax exempt": "yes", "Tax exemption: valid until": "2030-01-01",
        "Billing: address": "Main Street 1", "Billing: city": "Köln", "Billing: country": "DE",
        "Shipping: address": "Dock 4", "Portal login: username": "ada", "Portal login: e-mail": "ada@portal.example",
        "Portal login: status": "Enabled", "Orders": "2", "Last order": "2026-03-01 00:00:00",
        "Created": "2026-01-02 03:04:05",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    content = staff.get(reverse("customers:list"), {"export": "xlsx"}).getvalue()
    header, cells = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    told = dict(zip(header, cells, strict=True))
    assert told["Phone"] == "+49 30 1"
    assert (told["Birth date"], told["Orders"], told["Marketing"]) == (datetime(1980, 2, 3), 2, False)


def test_a_login_is_exported_as_it_stands_now(staff: Client) -> None:
    disabled, locked, enabled = (make_login(make_customer(number=number)) for number in "ABC")
    set_login_enabled(actor=SYSTEM, login=disabled, enabled=False)
    lock(disabled)
    lock(locked)
    lock(enabled, locked_until=timezone.now())
    make_customer(number="D")
    told = {row["Number"]: row["Portal login: status"] for row in exported(staff)}
    assert told == {"A": "Disabled", "B": "Locked", "C": "Enabled", "D": ""}


def test_logins_and_orders_are_for_who_may_see_them(client: Client) -> None:
    make_order(make_login().customer)
    client.force_login(make_user(permissions=("view_customer", "export_customer")))
    (row,) = exported(client)
    assert not [name for name in row if "login" in name or "order" in name.lower()]


def test_search_filters_and_order_are_those_of_the_list(staff: Client) -> None:
    club = make_class()
    for name, fields in (("Müller", {"customer_class": club}), ("Mulligan", {"customer_class": club}), ("Keep", {})):
        make_customer(last_name=name, **fields)
    make_customer(last_name="Muller")
    make_customer(last_name="Mullet", merged_into=Customer.objects.first())
    assert [row["Last name"] for row in exported(staff, q="mull", customer_class=club.pk)] == ["Müller", "Mulligan"]
    rows = exported(staff, q="mull", customer_class=club.pk, ordering="-sort_name")
    assert [row["Last name"] for row in rows] == ["Mulligan", "Müller"]
    assert len(exported(staff)) == 4


def test_the_selected_ones_are_exported_in_the_order_of_the_list(staff: Client) -> None:
    beta, _keep, alpha = (make_customer(last_name=name) for name in ("Beta", "Gamma", "Alpha"))
    response = staff.post(address("export", id=[beta.pk, alpha.pk]), {"ending": "csv"})
    assert [row["Last name"] for row in of_csv(response)] == ["Alpha", "Beta"]
    response = staff.post(address("export", id="all", q="gamma"), {"ending": "xlsx"})
    assert len(list(load_workbook(io.BytesIO(response.getvalue())).active.iter_rows())) == 2
    assert staff.post(address("export", id=beta.pk), {"ending": "exe"}).context["form"].errors["ending"]


def test_who_exported_what_is_in_the_log(staff: Client, caplog: pytest.LogCaptureFixture) -> None:
    make_customer(last_name="Müller")
    with caplog.at_level(logging.INFO, logger="customer_admin.exports"):
        exported(staff, q="mul\nINFO forged")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "customer_admin.exports"]
    assert "'sue" in line
    assert "exported 0 customers as csv" in line
    assert "q=mul%0AINFO" in line


def test_a_filter_that_can_not_be_read_exports_nothing(staff: Client) -> None:
    make_customer()
    response = staff.get(reverse("customers:list"), {"export": "csv", "created_at_from": "yesterday"}, follow=True)
    assert "One of the filters can&#x27;t be read." in response.content.decode()
    assert "export" not in response.redirect_chain[-1][0]


def test_the_menu_leads_to_the_files_with_the_filters(staff: Client) -> None:
    page = staff.get(reverse("customers:list"), {"q": "ada"}).content.decode()
    assert "?q=ada&amp;export=csv" in page
    assert "?q=ada&amp;export=xlsx" in page


def test_a_file_is_kept_by_no_cache_and_named_by_the_day(staff: Client) -> None:
    response = staff.get(reverse("customers:list"), {"export": "csv"})
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="customers-2')


def test_as_many_questions_for_many_as_for_few(staff: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported(staff)
        return len(queries)

    make_customer()
    exported(staff)
    few = asked()
    for number in range(20):
        make_order(make_customer(last_name=f"Person {number}"))
    assert asked() == few


def test_who_went_while_the_file_was_taken_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_exports, "PORTION", 1)
    first, second, third = (make_customer(last_name=name) for name in ("A", "B", "C"))
    columns = customer_exports.customer_columns(SYSTEM)
    rows = customer_exports.rows_of(columns, [first.pk, second.pk, third.pk])
    assert next(rows)[2] == "A"
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=second.pk).delete()
    assert [row[2] for row in rows] == ["C"]


def test_nothing_that_people_typed_breaks_a_file(staff: Client) -> None:
    nasty = ["=HYPERLINK(1)", "@x", '","', "a\nb", "x" * 100, "\u202eabc", "😀"]
    for text in nasty:
        make_customer(first_name=text)
    assert sorted(row["First name"] for row in exported(staff)) == sorted(
        f"'{text}" if text[0] in "=@" else text for text in nasty
    )
    content = staff.get(reverse("customers:list"), {"export": "xlsx"}).getvalue()
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)
    assert sorted(row[1].value for row in rows) == sorted(nasty)
