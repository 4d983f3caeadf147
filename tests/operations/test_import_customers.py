"""Importing customers."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from customer_admin.errors import CustomerRefused, ImportRefused, PermissionRefused
from customer_admin.models import (
    SYSTEM,
    Address,
    ChangeSet,
    ChangeSetCustomer,
    Customer,
    CustomerClass,
    recording,
)
from customer_admin.operations import ImportReport, create_customer, import_customers
from tests.factories import make_class, make_customer, make_manager, make_staff

from .import_files import CUSTOMER_HEADER, CUSTOMERS, MAPPING, batches_of, changed, customer_file, customer_row, write

pytestmark = pytest.mark.django_db


def run(*files: Path, **options: Any) -> ImportReport:
    return import_customers(**{"actor": SYSTEM, "files": files, "mapping": MAPPING, **options})


def reasons(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.reason) for problem in report.problems]


@pytest.fixture
def trade() -> CustomerClass:
    return make_class(code="trade", tax_exempt_by_default=True)


def test_import_creates_each_customer_with_addresses(trade: CustomerClass) -> None:
    report = run(CUSTOMERS)
    assert (report.created, report.unchanged, report.refused, report.problem_count) == (3, 0, 0, 0)
    jose, ann, fish = Customer.objects.order_by("account_number")
    assert (jose.first_name, jose.last_name, jose.email) == ("José", "O'Brien", "josé@müller.example")
    assert (jose.birth_date, jose.language, jose.notify_marketing) == (date(1966, 8, 4), "de", True)
    assert (jose.customer_class, jose.tax_exempt, jose.company) == (trade, True, "")
    assert (ann.first_name, ann.last_name, ann.email, ann.customer_class) == ("Ann-Marie", "McDonald", "", None)
    assert list(jose.addresses.values_list("kind", "is_primary", "line1", "city", "country")) == [
        ("billing", True, "Quay 1", "Kiel", "DE")
    ]
    assert list(fish.addresses.values_list("kind", "is_primary", "line1", "country")) == [
        ("billing", True, "Pier 3", "GB"),
        ("shipping", True, "Dock 4", ""),
    ]
    assert not ann.addresses.exists()
    assert Customer.objects.search("brien").get() == jose
    assert len({jose.number, ann.number, fish.number}) == 3


def test_import_is_one_change_set_however_many_batches(trade: CustomerClass, settings: Any) -> None:
    batches_of(2, settings)
    manager = make_manager()
    with recording(actor=SYSTEM):  # Whatever was open before is none of its business.
        pass
    report = run(CUSTOMERS, actor=manager, reason="Moving in")
    change_set = ChangeSet.objects.get(pk=report.change_set.pk)
    assert (change_set.kind, change_set.actor, change_set.source) == ("import", manager, "command")
    assert change_set.reason == "Moving in – Import of customers.csv (Harbour shop)"
    assert Customer.history.filter(change_set=change_set, history_type="+").count() == 3
    assert Address.history.filter(change_set=change_set, history_type="+").count() == 3
    assert ChangeSetCustomer.objects.filter(change_set=change_set).count() == 3
    assert ChangeSet.objects.filter(kind="import").count() == 1
    assert change_set.closed is not None


def test_a_second_run_creates_nothing_and_leaves_no_change_set(trade: CustomerClass) -> None:
    run(CUSTOMERS)
    before = ChangeSet.objects.count()
    report = run(CUSTOMERS)
    assert (report.created, report.unchanged, report.refused, report.change_set) == (0, 3, 0, None)
    assert (Customer.objects.count(), Address.objects.count(), ChangeSet.objects.count()) == (3, 3, before)


def test_a_run_that_was_interrupted_is_finished_by_the_next(
    trade: CustomerClass, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches_of(2, settings)
    from customer_admin.operations.imports import customers

    batches = []

    def fail_at_the_second(*args: Any) -> list[str]:
        batches.append(args)
        if len(batches) == 2:
            raise KeyboardInterrupt
        return original(*args)

    original = customers.new_numbers
    monkeypatch.setattr(customers, "new_numbers", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(CUSTOMERS)
    assert Customer.objects.count() == 2
    report = run(CUSTOMERS)
    assert (report.created, report.unchanged) == (1, 2)
    assert Customer.objects.count() == 3


def test_dry_run_reports_and_writes_nothing(trade: CustomerClass, tmp_path: Path) -> None:
    make_customer(account_number="K1")
    before = ChangeSet.objects.count()
    file = customer_file(
        tmp_path, customer_row(Key="K1"), customer_row(Key="K2"), customer_row(Key="K3", Born="tomorrow")
    )
    report = run(file, dry_run=True)
    assert (report.created, report.unchanged, report.refused, report.dry_run) == (1, 1, 1, True)
    assert report.change_set is None
    assert (Customer.objects.count(), ChangeSet.objects.count()) == (1, before)


def test_without_mapping_the_one_whose_columns_fit_is_taken(tmp_path: Path) -> None:
    file = write(
        tmp_path / "c.csv",
        "CustomerKey,Prefix,FirstName,LastName,BirthDate,EmailAddress\n5,MR.,JO,YANG,4/8/1966,jo@example.com\n",
    )
    report = run(file, mapping=None)
    assert (report.mapping, report.created) == ("adventure-works", 1)


def test_without_mapping_files_that_fit_none_are_refused_with_the_names(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"adventure-works, northwind"):
        run(write(tmp_path / "c.csv", "a,b\n1,2\n"), mapping=None)


def test_only_those_with_the_permission_may_import(trade: CustomerClass) -> None:
    with pytest.raises(PermissionRefused):
        run(CUSTOMERS, actor=make_staff())
    assert not Customer.objects.exists()


BAD_ROWS = [
    ({"Key": ""}, "Key", "This field cannot be blank."),
    ({"Last": ""}, "Last", "Enter a name or a company."),
    ({"Mail": "not an address"}, "Mail", "Enter an e-mail address such as name@example.com."),
    ({"Born": "1966-08-04"}, "Born", "“1966-08-04” is not a date in the form 31.12.1999 / 31.12.1999 00:00."),
    ({"Born": "31.2.2000"}, "Born", "“31.2.2000” is not a date in the form 31.12.1999 / 31.12.1999 00:00."),
    ({"News": "maybe"}, "News", "“maybe” is neither yes nor no."),
    ({"First": "x" * 101}, "First", "Ensure this value has at most 100 characters (it has 101)."),
    ({"Street": "Quay 1", "Country": "Narnia"}, "Country", None),
    ({"Town": "Kiel"}, "Street", "This field cannot be blank."),
    ({"Class": "nobility"}, "Class", None),
    ({"Class": "former"}, "Class", "This class is no longer active. Choose another one."),
    ({"Company": "nul\0"}, "", "The row holds a NUL character, which can't be stored."),
]


@pytest.mark.parametrize(("cells", "column", "reason"), BAD_ROWS)
def test_a_bad_row_is_reported_and_the_good_ones_are_kept(
    cells: dict[str, str], column: str, reason: str | None, tmp_path: Path
) -> None:
    make_class(code="former", is_active=False)
    bad = customer_row(**{"Key": "K2", **cells})
    report = run(customer_file(tmp_path, customer_row(Key="K1"), bad, customer_row(Key="K3")))
    assert (report.created, report.refused) == (2, 1)
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.column, problem.raw) == ("customers.csv", 3, column, bad)
    assert problem.reason == reason or ((reason is None and next(iter(cells.values()))) or "Narnia" in problem.reason)
    assert set(Customer.objects.values_list("account_number", flat=True)) == {"K1", "K3"}


def test_an_unknown_class_is_named_with_those_there_are(trade: CustomerClass, tmp_path: Path) -> None:
    report = run(customer_file(tmp_path, customer_row(Key="K1", Class="nobility")))
    assert reasons(report) == [
        (
            2,
            "Class",
            "There is no customer class with the code “nobility”. Create it first, or use one of: trade.",
        )
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "not an address"},
        {"email": "andré18@adventure.example"},
        {"first_name": "x" * 101},
        {"last_name": ""},
        {"company": "y" * 201},
        {"email": "x" * 250 + "@example.com"},
    ],
)
def test_a_row_is_judged_as_create_customer_judges_it(fields: dict[str, str], tmp_path: Path) -> None:
    columns = {"email": "Mail", "first_name": "First", "last_name": "Last", "company": "Company"}
    values = {"last_name": "Stone", **fields}
    report = run(customer_file(tmp_path, customer_row(Key="K1", **{columns[n]: v for n, v in values.items()})))
    try:
        create_customer(actor=SYSTEM, **values)
        expected = []
    except CustomerRefused as error:
        expected = [(2, columns[name], " ".join(messages)) for name, messages in error.fields.items()]
    assert reasons(report) == expected


def test_new_customers_take_the_default_class_and_what_it_says_about_tax(tmp_path: Path) -> None:
    default = make_class(is_default=True, tax_exempt_by_default=True)
    run(customer_file(tmp_path, customer_row(Key="K1")))
    customer = Customer.objects.get()
    assert (customer.customer_class, customer.tax_exempt) == (default, True)


def test_the_second_of_two_rows_with_one_key_is_reported(tmp_path: Path) -> None:
    first = customer_file(tmp_path, customer_row(Key="K1", Last="First"), name="one.csv")
    second = customer_file(tmp_path, customer_row(Key="K1", Last="Second"), name="two.csv")
    report = run(first, second)
    assert (report.created, report.refused) == (1, 1)
    assert reasons(report) == [(2, "Key", "K1 is the key of line 2 in one.csv, too. Only the first one counts.")]
    assert Customer.objects.get().last_name == "First"


def test_the_same_key_at_another_site_is_another_customer(tmp_path: Path) -> None:
    site = Site.objects.get(is_default_site=True)
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    file = customer_file(tmp_path, customer_row(Key="K1"))
    assert run(file).created == 1
    assert run(file, site=other).created == 1
    assert set(Customer.objects.values_list("site", flat=True)) == {site.pk, other.pk}


def test_a_customer_that_was_merged_away_is_not_created_again(tmp_path: Path) -> None:
    make_customer(account_number="K1", merged_into=make_customer())
    report = run(customer_file(tmp_path, customer_row(Key="K1")))
    assert (report.created, report.unchanged) == (0, 1)


def test_what_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    customer = make_customer(account_number="K1", last_name="Kept")
    run(customer_file(tmp_path, customer_row(Key="K1", Last="Other")))
    customer.refresh_from_db()
    assert customer.last_name == "Kept"


def test_queries_do_not_grow_with_the_rows(tmp_path: Path) -> None:
    def queries(count: int) -> int:
        rows = [customer_row(Key=f"Q{count}-{n}", Street="Quay") for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(customer_file(tmp_path, *rows))
        return len(captured)

    queries(1)
    assert queries(20) == queries(2)


def test_the_report_holds_a_bounded_sample_and_the_sink_takes_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customer_admin.operations.imports.reports.KEPT_PROBLEMS", 2)
    taken: list[Any] = []
    report = run(customer_file(tmp_path, *[customer_row(Key="") for _n in range(5)]), on_problem=taken.append)
    assert (len(report.problems), report.problem_count, len(taken)) == (2, 5, 5)


REFUSED = [
    ("", "customers.csv is empty. Its first line must name the columns."),
    ("Key;First\n1;2\n", "customers.csv has no column Last, Company, Mail"),
    (f'{CUSTOMER_HEADER}\n{customer_row(Key="K1")}\nK2;"never closed\n', "customers.csv, line 3: the quotation marks"),
    (f"{CUSTOMER_HEADER};Key\nK1\n", "customers.csv has the column Key more than once."),
]


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(
    content: str, message: str, tmp_path: Path
) -> None:
    good = customer_file(tmp_path, customer_row(Key="K0"), name="good.csv")
    with pytest.raises(ImportRefused) as refused:
        run(good, write(tmp_path / "customers.csv", content))
    assert refused.value.message.startswith(message)
    assert not Customer.objects.exists()
    assert not ChangeSet.objects.exists()


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"There is no file .*nowhere\.csv"):
        run(tmp_path / "nowhere.csv")


def test_the_wrong_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    rows = "\n".join([CUSTOMER_HEADER, customer_row(Key="K1"), customer_row(Key="K2", First="José")])
    file.write_bytes(rows.encode("cp1252"))
    with pytest.raises(ImportRefused, match=r"customers\.csv, line 3: this is not utf-8 text"):
        run(file)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('email = "Mail"', 'e_mail = "Mail"', "The mapping names the field e_mail, which there is not."),
        ('email = "Mail"', 'email = { colum = "Mail" }', "“colum” means nothing here."),
        ('email = "Mail"', "email = 5", "Give the name of a column"),
        ('account_number = "Key"', 'phone = "Key"', "must say where the field account_number"),
        ('"Key"\nfirst', '{ value = "1" }\nfirst', "account_number must come from a column"),
        ('value = "billing"', 'value = "palace"', "The mapping gives “palace” for kind."),
        ('encoding = "utf-8"', 'encoding = "utf-9"', "the encoding utf-9, which does not exist"),
        ('title = "', "title = ", "harbour.toml can't be read"),
        ("[customers.fields]", "[customers.feelds]", "“feelds” means nothing here."),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        run(CUSTOMERS, mapping=changed(tmp_path, MAPPING, old, new))
    assert message in refused.value.message


def test_a_mapping_that_is_not_there_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ImportRefused, match=r"There is no mapping “nobody”\. Name one of adventure-works, northwind"):
        run(CUSTOMERS, mapping="nobody")
