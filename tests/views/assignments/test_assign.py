"""The screen "Assign orders": rows that stay, a preview, errors where they were typed, and one effect."""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy
from openpyxl import Workbook

from customer_admin.forms.assignments import MOST_ORDERS, MOST_ROWS
from customer_admin.models import SYSTEM, Customer, Order
from customer_admin.operations import assign_orders
from tests.change_sets import newest
from tests.factories import make_customer, make_manager, make_order, make_staff
from tests.sweep.forms_on import forms_on
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, sign_in

pytestmark = pytest.mark.django_db
ASSIGN = reverse_lazy("customer_admin_assignments:assign")


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_manager("meg", first_name="Meg", last_name="Hill"))
    return client


@pytest.fixture
def customers(db: None) -> dict[str, Customer]:
    return {number: make_customer(number=number, last_name=f"Person {number}") for number in ("T1", "T2", "T3")}


@pytest.fixture
def orders(db: None) -> None:
    for number in range(1, 8):
        make_order(None, number=f"S{number}")


def rows(*pairs: tuple[str, str]) -> dict[str, str]:
    return {
        f"rows-{at}-{name}": text
        for at, pair in enumerate(pairs)
        for name, text in zip(("orders", "customer"), pair, strict=True)
    }


def sent(client: Client, action: str, data: dict[str, Any]) -> Any:
    return client.post(reverse("customer_admin_assignments:assign"), {**data, "action": action})


def held(response: Any) -> dict[str, Any]:
    """What the form on the page sends when nothing is touched."""
    url = reverse("customer_admin_assignments:assign")
    return next(form.values for form in forms_on(response) if form.action.partition("?")[0] == url)


def owners() -> dict[str, str | None]:
    return dict(Order.objects.values_list("number", "customer__number"))


def preview_of(response: Any) -> list[tuple[str, dict[str, str]]]:
    return [(row.order_number, dict(row.errors)) for row in response.context["preview"]]


@each_role
def test_the_menu_offers_it_to_those_who_may(client: Client, role: str) -> None:
    page = sign_in(client, role).get(reverse("customers:list")).content.decode()
    for name in ("assign", "unassigned"):
        assert (reverse(f"customer_admin_assignments:{name}") in page) is (role == "manager")


@pytest.mark.usefixtures("orders")
def test_seven_orders_go_to_three_customers_after_one_typo_was_corrected(
    manager: Client, customers: dict[str, Customer]
) -> None:
    typed = rows(("S1, S2;S3", "T1"), ("S4 S5", "t2"), ("S6 S77", " T3 "))
    with nothing_changes():
        response = sent(manager, "preview", typed)
    assert preview_of(response)[0][0] == "S77"  # What is wrong stands first.
    page = response.content.decode()
    assert "1 row is wrong. Nothing is assigned until it is corrected or removed." in page
    assert response.context["rows"][2].errors["order"][0].startswith("There is no order S77.")
    assert 'value="assign"' not in page

    response = sent(manager, "preview", {**held(response), "rows-2-orders": "S6, S7"})
    assert "Assign 7 orders" in response.content.decode()
    assert set(owners().values()) == {None}

    response = manager.post(ASSIGN, {**held(response), "action": "assign", "reason": "The fair"}, follow=True)
    assert owners() == dict.fromkeys(("S1", "S2", "S3"), "T1") | dict.fromkeys(("S4", "S5"), "T2") | {
        "S6": "T3", "S7": "T3",
    }  # fmt: skip
    page = response.content.decode()
    assert "7 orders were assigned to 3 customers." in page
    assert newest().reason == "The fair"
    assert reverse("customer_admin_changes:revert", args=[newest().pk]) in page
    assert reverse("customer_admin_changes:detail", args=[newest().pk]) in page


@pytest.mark.usefixtures("orders", "customers")
def test_rows_with_errors_are_removed_and_the_others_stay(manager: Client) -> None:
    data = {**rows(("S1 S99", "T1"), ("S2", "T9")), "pasted": "S3,T2\nS88,T2\n"}
    response = sent(manager, "clean", data)
    assert [row.errors for row in response.context["preview"]] == [{}, {}]
    kept = held(response)
    assert (kept["rows-0-orders"], kept["rows-0-customer"], kept["pasted"]) == ("S1", "T1", "S3\tT2")
    assert "rows-1-orders" not in kept
    assert "Assign 2 orders" in response.content.decode()


def test_rows_are_added_and_removed_without_losing_others_or_a_reason(manager: Client) -> None:
    data = {**rows(("S1", "T1"), ("S2", "T2")), "pasted": "S3,T3", "reason": "Fair"}
    with nothing_changes():
        added = held(sent(manager, "add", data))
        assert {name: added[name] for name in data if name != "reason"} == {
            name: text for name, text in data.items() if name != "reason"
        }
        assert added["rows-2-orders"] == ""
        removed = held(sent(manager, "remove-0", added))
    assert (removed["rows-0-orders"], removed["rows-0-customer"], removed["rows-1-orders"]) == ("S2", "T2", "")
    assert removed["pasted"] == "S3,T3"
    full = rows(*[("S1", "T1")] * MOST_ROWS)
    assert f"There are {MOST_ROWS} rows already" in sent(manager, "add", full).content.decode()


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    "text",
    [
        "S1,T1\nS2,T2",
        "S1;T1\r\nS2;T2\r\n",
        "S1\tT1\n\nS2\tT2",
        "Order,Customer\nS1, T1\nS2, T2",
        '\'S1,T1\n"S2",T2',
        "sep=;\nCustomer #;Order #\nT1;S1\nT2;S2",
        "\ufefforder,customer\nS1\u200e,T1\u200b\n\ufeffS2,\u202aT2\u202c",
    ],
)
def test_lines_are_pasted_as_spreadsheets_write_them(
    manager: Client, customers: dict[str, Customer], text: str
) -> None:
    response = sent(manager, "preview", {"pasted": text.replace("'S1", "S1")})
    assert [errors for _order, errors in preview_of(response)] == [{}, {}]
    sent(manager, "assign", held(response))
    assert (owners()["S1"], owners()["S2"]) == ("T1", "T2")


def uploaded(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def workbook(*lines: tuple[Any, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


def test_a_file_is_read_whether_csv_or_xlsx_and_its_lines_can_be_edited(manager: Client) -> None:
    make_customer(number="1001"), make_order(None, number="-7"), make_order(None, number="77")
    csv = "\ufeffCustomer;Name;Order\r\n1001;Müller;'-7\r\n".encode()
    xlsx = workbook(("order", "note", "customer"), (77, None, 1001.0))
    for name, content, line in (("a.csv", csv, "-7\t1001"), ("a.xlsx", xlsx, "77\t1001")):
        response = sent(manager, "preview", {"file": uploaded(content, name)})
        assert held(response)["pasted"] == line
        assert [errors for _order, errors in preview_of(response)] == [{}]


def parts_of(book: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.usefixtures("orders", "customers")
@pytest.mark.parametrize("size", ["A1", "A1:XFD1048576"])
def test_how_large_a_sheet_says_it_is_does_not_matter(manager: Client, size: str) -> None:
    parts, name = parts_of(workbook(("S1", "T1"), ("S2", "T2"))), "xl/worksheets/sheet1.xml"
    last = b'<row r="100000"><c r="A100000" t="inlineStr"><is><t>S3</t></is></c><c r="XFD100000"/></row></sheetData>'
    parts[name] = parts[name].replace(b'ref="A1:B2"', f'ref="{size}"'.encode()).replace(b"</sheetData>", last)
    response = sent(manager, "preview", {"file": uploaded(packed(parts), "a.xlsx")})
    assert held(response)["pasted"].splitlines() == ["S1\tT1", "S2\tT2", "S3\t"]


def damaged(how: str) -> bytes:
    """A workbook of which something went wrong on its way."""
    book = bytearray(workbook(*((f"S{number}", "T1") for number in range(50))))
    with ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    at = book.index(b"PK\x01\x02", archive.start_dir)
    while book[at + 46 : at + 46 + len(sheet.filename)] != sheet.filename.encode():
        at = book.index(b"PK\x01\x02", at + 4)
    if how == "packed":
        begin = sheet.header_offset + 30 + len(sheet.filename)
        book[begin + 20 : begin + 120] = b"\xff" * 100
    elif how == "method":
        book[at + 10] = 99
    else:
        for flags in (at + 8, sheet.header_offset + 6):
            book[flags] |= 1
    return bytes(book)


@pytest.mark.parametrize("how", ["packed", "method", "password"])
def test_a_workbook_that_is_damaged_or_has_a_password_is_told(manager: Client, how: str) -> None:
    with nothing_changes():
        response = sent(manager, "preview", {**rows(("S1", "T1")), "file": uploaded(damaged(how), "a.xlsx")})
    assert "can&#x27;t be read as an XLSX file" in response.content.decode()
    assert held(response)["rows-0-orders"] == "S1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK no archive", "can&#x27;t be read as an XLSX file"),
        ("a.xlsx", b"plain", "can&#x27;t be read as an XLSX file"),
        ("a.csv", b"\x00\x01\x02", "is not a text file"),
        ("a.csv", b"S,T\n" * 600_000, "larger than 2 MB"),
        ("a.csv", b"", "empty"),
        ("a.csv", "".join(f"S{n},T1\n" for n in range(MOST_ORDERS + 1)).encode(), "more than 2,000 orders"),
    ],
)
def test_a_bad_file_is_told_and_what_was_typed_stays(manager: Client, name: str, content: bytes, said: str) -> None:
    with nothing_changes():
        response = sent(manager, "preview", {**rows(("S1", "T1")), "file": uploaded(content, name)})
    assert said in response.content.decode()
    assert (held(response)["rows-0-orders"], held(response)["rows-0-customer"]) == ("S1", "T1")


def test_too_many_pasted_lines_are_refused_and_stay(manager: Client) -> None:
    text = "\n".join(f"S{number},T1" for number in range(MOST_ORDERS + 1))
    response = sent(manager, "preview", {"pasted": text})
    assert "These are more than 2,000 orders" in response.content.decode()
    assert held(response)["pasted"] == text


def test_too_many_orders_in_rows_and_lines_together_are_refused_and_stay(manager: Client) -> None:
    typed = {**rows((" ".join(f"S{number}" for number in range(MOST_ORDERS)), "T1")), "pasted": "T1,T1"}
    for action in ("preview", "clean", "assign"):
        with nothing_changes():
            response = sent(manager, action, typed)
        assert response.content.decode().count("These are more than 2,000 orders") == 1
        assert preview_of(response) == []
        assert held(response)["rows-0-orders"] == typed["rows-0-orders"]


def test_a_line_with_more_than_two_cells_is_told(manager: Client) -> None:
    response = sent(manager, "preview", {"pasted": "S1,S2,T1"})
    assert "more than an order and a customer" in response.content.decode()


def test_nothing_at_all_asks_for_something(manager: Client) -> None:
    assert "Type an order and a customer" in sent(manager, "preview", rows(("", " "))).content.decode()


@pytest.mark.usefixtures("orders", "customers")
def test_rows_that_were_not_looked_at_are_not_assigned(manager: Client) -> None:
    looked_at = held(sent(manager, "preview", rows(("S1", "T1"))))
    with nothing_changes():
        response = sent(manager, "assign", {**looked_at, "rows-0-customer": "T2"})
        assert "not those that you looked at" in response.content.decode()
        assert "not those that you looked at" in sent(manager, "assign", rows(("S1", "T1"))).content.decode()
        sent(manager, "assign", {**looked_at, "seen": "nonsense"})
    sent(manager, "assign", held(response))
    assert owners()["S1"] == "T2"


@pytest.mark.usefixtures("orders", "customers")
def test_what_a_second_person_assigned_meanwhile_is_told_and_can_be_decided(manager: Client) -> None:
    looked_at = held(sent(manager, "preview", rows(("S1", "T1"), ("S2", "T1"))))
    assign_orders(actor=make_manager(first_name="Ben", last_name="Reed"), assignments=[("S1", "T2")])
    with nothing_changes():
        response = sent(manager, "assign", looked_at)
    assert "Ben Reed gave this order to Ada Person T2 (T2) meanwhile" in response.content.decode()
    assert 'value="assign"' not in response.content.decode()
    sent(manager, "assign", held(sent(manager, "preview", held(response))))
    assert owners()["S1"] == owners()["S2"] == "T1"


@pytest.mark.usefixtures("orders", "customers")
def test_a_double_click_has_one_effect_and_still_offers_to_undo(manager: Client) -> None:
    looked_at = held(sent(manager, "preview", rows(("S1 S2", "T1"))))
    sent(manager, "assign", looked_at)
    with nothing_changes():
        response = manager.post(ASSIGN, {**looked_at, "action": "assign"}, follow=True)
    page = response.content.decode()
    assert "These orders are with these customers already." in page
    assert reverse("customer_admin_changes:revert", args=[newest().pk]) in page


def test_a_row_is_filled_from_an_order_or_a_customer(manager: Client) -> None:
    customer = make_customer(number="T1")
    order = make_order(customer, number="S1")
    page = manager.get(reverse("customers:order", args=[customer.pk, order.pk])).content.decode()
    assert f"{ASSIGN}?order=S1" in page
    page = manager.get(reverse("customers:tab", args=[customer.pk, "orders"])).content.decode()
    assert f"{ASSIGN}?customer=T1" in page
    assert held(manager.get(ASSIGN, {"order": "S1"}))["rows-0-orders"] == "S1"
    manager.force_login(make_staff())
    assert str(ASSIGN) not in manager.get(reverse("customers:order", args=[customer.pk, order.pk])).content.decode()


def test_the_preview_asks_as_much_for_many_as_for_few(manager: Client) -> None:
    def asked(count: int) -> int:
        former = [make_customer() for _each in range(count)]
        pairs = [(make_order(customer).number, make_customer().number) for customer in former]
        text = "\n".join(f"{order},{customer}" for order, customer in pairs)
        with CaptureQueriesContext(connection) as queries:
            response = sent(manager, "preview", {"pasted": text})
        assert response.context["changing"] == count
        return len(queries)

    asked(2)
    assert asked(60) == asked(3)


def test_both_customers_and_the_order_tell_who_assigned_it(manager: Client) -> None:
    ada, ben = make_customer(number="T1"), make_customer(number="T2")
    order = make_order(ada, number="S1")
    sent(manager, "assign", held(sent(manager, "preview", rows(("S1", "T2")))))
    for customer in (ada, ben):
        page = manager.get(reverse("customers:history", args=[customer.pk])).content.decode()
        assert "Assign" in page
        assert "Meg Hill" in page
    page = manager.get(reverse("customers:order", args=[ben.pk, order.pk])).content.decode()
    assert "Came to this customer by" in page
    assert "Meg Hill" in page
    assign_orders(actor=SYSTEM, assignments=[("S1", "T1")])
    assert "System" in manager.get(reverse("customers:order", args=[ada.pk, order.pk])).content.decode()
