"""Importing orders with lines and products."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Site

from customer_admin.errors import ImportRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, ChangeSetCustomer, Customer, Order, OrderLine
from customer_admin.operations import ImportReport, import_orders, merge_customers
from tests.factories import make_customer, make_order, make_staff
from tests.threads import on_postgresql, start_waiting

from .import_files import DATA, MAPPING, ORDER_FILES, batches_of, changed, write

pytestmark = pytest.mark.django_db
PRODUCTS, LINES, ORDERS = ORDER_FILES


def run(*files: Path, **options: Any) -> ImportReport:
    return import_orders(**{"actor": SYSTEM, "files": files or ORDER_FILES, "mapping": MAPPING, **options})


def reasons(report: ImportReport) -> list[tuple[str, int, str, str]]:
    return [(problem.file, problem.line, problem.column, problem.reason) for problem in report.problems]


@pytest.fixture
def customers() -> dict[str, Customer]:
    return {key: make_customer(account_number=key) for key in ("H1", "H3")}


def test_import_joins_orders_lines_and_products(customers: dict[str, Customer]) -> None:
    report = run()
    assert (report.created, report.unchanged, report.refused, report.lines) == (2, 0, 0, 4)
    first, second = Order.objects.order_by("number")
    assert (first.customer, first.status, first.currency) == (customers["H1"], "completed", "EUR")
    assert first.placed_at == datetime(2024, 12, 24, tzinfo=UTC)
    assert list(first.lines.values_list("position", "sku", "description", "quantity", "unit_price")) == [
        (1, "7", "Rope, blue", Decimal("1.500"), Decimal("1250.0000")),
        (2, "8", 'Hook "large"', Decimal("3.000"), Decimal("0.3330")),
    ]
    assert first.lines.first().discount_percent == Decimal("10.00")
    assert (first.shipping, first.total) == (Decimal("4.90"), Decimal("1687.50") + Decimal("1.00") + Decimal("4.90"))
    assert (second.status, second.shipping, second.total) == ("open", Decimal("0.00"), Decimal("2500.33"))
    assert second.placed_at == datetime(2024, 12, 31, 18, 30, tzinfo=UTC)
    assert report.change_set.kind == "import"
    assert ChangeSetCustomer.objects.filter(change_set=report.change_set).count() == 2
    assert OrderLine.history.filter(change_set=report.change_set).count() == 4


@pytest.mark.parametrize("files", list(permutations(ORDER_FILES)))
def test_the_order_of_the_files_does_not_matter(files: tuple[Path, ...], customers: dict[str, Customer]) -> None:
    assert run(*files).created == 2


def test_a_second_run_creates_nothing_and_leaves_no_change_set(customers: dict[str, Customer]) -> None:
    run()
    before = ChangeSet.objects.count()
    report = run()
    assert (report.created, report.unchanged, report.lines, report.change_set) == (0, 2, 0, None)
    assert (Order.objects.count(), OrderLine.objects.count(), ChangeSet.objects.count()) == (2, 4, before)


def test_batches_share_one_change_set(customers: dict[str, Customer], settings: Any) -> None:
    batches_of(1, settings)
    report = run()
    assert report.created == 2
    assert list(ChangeSet.objects.filter(kind="import")) == [report.change_set]
    assert Order.history.filter(change_set=report.change_set).count() == 2


def test_dry_run_reports_and_writes_nothing(customers: dict[str, Customer]) -> None:
    report = run(dry_run=True)
    assert (report.created, report.lines, report.change_set) == (2, 4, None)
    assert not Order.objects.exists()


def test_only_those_with_the_permission_may_import() -> None:
    with pytest.raises(PermissionRefused):
        run(actor=make_staff())


def test_an_order_of_an_unknown_customer_is_refused_with_all_its_rows(customers: dict[str, Customer]) -> None:
    make_order(number="before")
    root = Site.objects.get(is_default_site=True).root_page
    report = run(site=Site.objects.create(hostname="other.example", root_page=root))
    assert (report.created, report.refused, report.problem_count) == (0, 2, 6)
    assert reasons(report)[0] == (
        "orders.csv",
        2,
        "Key",
        "There is no customer with the account number H1. Import the customers first.",
    )
    other = "This row belongs to the order that is left out because of line 2 in orders.csv."
    assert reasons(report)[1:3] == [("lines.csv", 3, "", other), ("lines.csv", 5, "", other)]
    assert Order.objects.count() == 1


def test_a_mapping_may_leave_an_unknown_customer_out(tmp_path: Path) -> None:
    mapping = changed(tmp_path, MAPPING, "[orders.fields]", '[orders]\nunknown_customer = "leave out"\n[orders.fields]')
    report = run(mapping=mapping)
    assert report.created == 2
    assert set(Order.objects.values_list("customer", flat=True)) == {None}


def test_orders_of_a_merged_account_go_to_the_one_that_stayed(customers: dict[str, Customer], tmp_path: Path) -> None:
    survivor = make_customer()
    make_customer(account_number="H9", merged_into=survivor)
    report = run(PRODUCTS, LINES, changed(tmp_path, ORDERS, "A-1;H1", "A-1;H9"))
    assert report.created == 2
    assert Order.objects.get(number="A-1").customer == survivor


def test_an_account_number_that_two_customers_have_is_refused(customers: dict[str, Customer]) -> None:
    make_customer(account_number="H1")
    report = run()
    assert (report.created, report.refused) == (1, 1)
    assert report.problems[0].reason == "More than one customer has the account number H1. Merge them first."


@pytest.mark.parametrize(
    ("source", "old", "new", "problem"),
    [
        (LINES, "A-1;7;1,5", "A-1;7;1.5", ("lines.csv", 3, "Pieces", "“1.5” is not a number.")),
        (LINES, "A-1;7;1,5", "A-1;7;", ("lines.csv", 3, "Pieces", "This field cannot be null.")),
        (LINES, "A-1;7", "A-1;99", ("lines.csv", 3, "Item", "There is no such product in the products file.")),
        (LINES, "1,5;0,1", "1,5;2", ("lines.csv", 3, "Rebate", "Ensure this value is less than or equal to 100.")),
        (LINES, "1,5;0,1", "1,5", ("lines.csv", 3, "", "The row has 3 cells, and the header has 4.")),
        (ORDERS, "24.12.2024", "then", None),
        (ORDERS, "D;4,90", "X;4,90", ("orders.csv", 2, "State", None)),
    ],
)
def test_one_bad_row_leaves_out_its_whole_order_and_no_other(
    source: Path, old: str, new: str, problem: Any, customers: dict[str, Customer], tmp_path: Path
) -> None:
    bad = changed(tmp_path, source, old, new)
    report = run(*[bad if file == source else file for file in ORDER_FILES])
    assert (report.created, report.refused, report.problem_count) == (1, 1, 3)
    if problem and problem[3]:
        assert problem in reasons(report)
    assert Order.objects.get().number == "A-2"


def test_a_line_whose_order_is_nowhere_is_reported(customers: dict[str, Customer], tmp_path: Path) -> None:
    report = run(PRODUCTS, ORDERS, changed(tmp_path, LINES, "A-1;8", "A-7;8"))
    assert (report.created, report.refused) == (2, 0)
    assert reasons(report) == [("lines.csv", 5, "Order no", "There is no order A-7 in these files.")]


def test_an_order_without_lines_is_reported(customers: dict[str, Customer], tmp_path: Path) -> None:
    report = run(PRODUCTS, LINES, changed(tmp_path, ORDERS, "A-2;", "A-3;"))
    assert (report.created, report.refused) == (1, 1)
    assert ("orders.csv", 3, "", "No line of this order is in these files.") in reasons(report)
    assert report.problem_count == 3


def test_an_order_that_is_in_the_files_twice_is_reported(customers: dict[str, Customer], tmp_path: Path) -> None:
    report = run(PRODUCTS, LINES, changed(tmp_path, ORDERS, "A-2;H3", "A-1;H3"))
    assert ("orders.csv", 3, "Order", "The order A-1 is there twice. Only the first one counts.") in reasons(report)
    assert Order.objects.get().customer == customers["H1"]


def test_a_file_that_fits_no_part_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    odd = changed(tmp_path, LINES, "Pieces", "Amount")
    with pytest.raises(ImportRefused, match=r"lines\.csv has no column Pieces, which the mapping harbour asks for"):
        run(PRODUCTS, ORDERS, odd)


def test_a_part_that_is_missing_is_asked_for() -> None:
    with pytest.raises(ImportRefused, match=r"A file with the products is missing"):
        run(ORDERS, LINES)


def test_an_unclosed_quote_in_the_last_file_is_refused_before_anything_is_written(
    customers: dict[str, Customer], tmp_path: Path
) -> None:
    broken = changed(tmp_path, LINES, "A-1;8;3", '"A-1;8;3')
    with pytest.raises(ImportRefused, match=r"lines\.csv, line 5: the quotation marks do not match"):
        run(PRODUCTS, ORDERS, broken)
    assert not Order.objects.exists()


SALES = """\
OrderDate,OrderNumber,ProductKey,CustomerKey,OrderLineItem,OrderQuantity
1/31/2016,S1,1,H1,2,1
1/31/2016,S2,2,H3,1,4
1/31/2016,S1,2,H1,1,2
"""
SALES_PRODUCTS = "ProductKey,ProductSKU,ProductName,ProductPrice\n1,A,Apple,1.2345\n2,B,Pear,10\n"


def test_orders_whose_every_row_is_a_line_are_put_together(customers: dict[str, Customer], tmp_path: Path) -> None:
    files = [write(tmp_path / "sales.csv", SALES), write(tmp_path / "products.csv", SALES_PRODUCTS)]
    report = run(*files, mapping=None)
    assert (report.mapping, report.created, report.lines) == ("adventure-works", 2, 3)
    order = Order.objects.get(number="S1")
    assert order.total == Decimal("21.23")
    assert list(order.lines.values_list("position", "description")) == [(1, "Pear"), (2, "Apple")]


def test_rows_of_one_order_must_agree(customers: dict[str, Customer], tmp_path: Path) -> None:
    sales = write(tmp_path / "sales.csv", SALES.replace("S1,2,H1", "S1,2,H3"))
    report = run(sales, write(tmp_path / "products.csv", SALES_PRODUCTS), mapping="adventure-works")
    assert (report.created, report.refused) == (1, 1)
    assert reasons(report) == [
        ("sales.csv", 2, "", "This row belongs to the order that is left out because of line 4 in sales.csv."),
        ("sales.csv", 4, "CustomerKey", "This differs from line 2 in sales.csv, which is of the same order."),
    ]


def test_a_customer_file_is_no_order_file() -> None:
    with pytest.raises(ImportRefused, match=r"customers\.csv has no column"):
        run(DATA / "customers.csv")


ADDRESSED = """
[orders.fields]
number = "No"
customer = "Key"
placed_at = "Placed"
currency = { value = "EUR" }
total = "Total"
billing_address = "Bill to"
shipping_address = { lines = ["Name", "Street", ["Code", "Town"], "Land"] }
"""
HEADER = "No,Key,Placed,Total,Bill to,Name,Street,Code,Town,Land"


def addressed(folder: Path, *rows: str, mapping: str = ADDRESSED) -> ImportReport:
    file = write(folder / "addressed.csv", "\n".join([HEADER, *rows, ""]))
    return run(file, mapping=write(folder / "addressed.toml", f'null = ["-"]\n{mapping}'))


def test_addresses_are_put_together_from_columns_and_what_is_empty_is_left_out(
    customers: dict[str, Customer], tmp_path: Path
) -> None:
    report = addressed(
        tmp_path,
        'N1,H1,2024-02-01,5,"Box 7\nLyon",Ada Stone,=CMD(),  ,Lyon,-',
        "N2,H1,2024-02-01,5,,-,-,,,",
        f"N3,H1,2024-02-01,5,,,{'x' * 10_000} 🍷,,,",
    )
    assert (report.created, report.refused) == (3, 0)
    first, second, third = Order.objects.order_by("number")
    assert first.billing_address == "Box 7\nLyon"
    assert first.shipping_address == "Ada Stone\n=CMD()\nLyon"
    assert (second.billing_address, second.shipping_address) == ("", "")
    assert third.shipping_address == f"{'x' * 10_000} 🍷"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["Name", "Street", ["Code", "Town"], "Land"]', "[]", "“lines” is a list"),
        ('["Name", "Street", ["Code", "Town"], "Land"]', '[["Name", 3]]', "“lines” is a list"),
        ('["Name", "Street", ["Code", "Town"], "Land"]', '"Name"', "“lines” is a list"),
        ('"Land"]', '"Land"], case = "upper"', "“case” means nothing here"),
        ('total = "Total"', 'total = { lines = ["Total"] }', "total can't hold"),
        ('number = "No"', 'number = { lines = ["No"] }', "number can't hold"),
    ],
)
def test_lines_that_make_no_sense_are_refused(
    customers: dict[str, Customer], tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(ImportRefused, match=told):
        addressed(tmp_path, "N1,H1,2024-02-01,5,,,,,,", mapping=ADDRESSED.replace(old, new))
    assert not Order.objects.exists()


def test_rows_of_one_order_must_agree_in_each_line_of_an_address(
    customers: dict[str, Customer], tmp_path: Path
) -> None:
    lines = 'unit_price = "Total"\nquantity = { value = 1 }'
    mapping = ADDRESSED.replace('total = "Total"\n', "") + f"[orders.lines]\n[orders.lines.fields]\n{lines}\n"
    report = addressed(tmp_path, "N1,H1,2024-02-01,5,,Ada,,,Lyon,", "N1,H1,2024-02-01,6,,Ada,,,Paris,", mapping=mapping)
    assert (report.created, report.refused) == (0, 1)
    assert reasons(report)[1][:3] == ("addressed.csv", 3, "Town")


@on_postgresql
def test_a_merge_of_the_same_moment_takes_the_orders_along() -> None:
    survivor, goes = make_customer(account_number="H3"), make_customer(account_number="H1")
    imported: list[ImportReport] = []

    with transaction.atomic():
        merge_customers(actor=SYSTEM, survivor=survivor, duplicates=[goes])
        importing = start_waiting(lambda: imported.append(run()))
    importing.join(timeout=30)
    assert imported[0].created == 2
    assert set(Order.objects.values_list("customer", flat=True)) == {survivor.pk}
