"""The commands that import customers and orders."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from customer_admin.models import ChangeSet, Customer, Order
from tests.factories import make_class, make_customer, make_manager, make_staff
from tests.operations.import_files import CUSTOMERS, MAPPING, ORDER_FILES, customer_file, customer_row

pytestmark = pytest.mark.django_db


def run(command: str, *files: Path, **options: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, files), stdout=out, **{"mapping": str(MAPPING), **options})
    return out.getvalue()


def test_import_customers_says_what_came_of_it() -> None:
    make_class(code="trade")
    out = run("import_customers", CUSTOMERS, reason="Moving in")
    assert "Mapping harbour: 3 customers created, 0 there already and left as they are, 0 refused." in out
    change_set = ChangeSet.objects.get(kind="import")
    assert (change_set.actor_kind, change_set.source) == ("system", "command")
    assert change_set.reason == "Moving in – Import of customers.csv (Harbour shop)"


def test_import_orders_says_what_came_of_it() -> None:
    make_customer(account_number="H1")
    out = run("import_orders", *ORDER_FILES)
    assert "1 orders created with 2 lines, 0 there already and left as they are, 1 refused." in out
    assert "orders.csv, line 3, Key: There is no customer with the account number H3." in out
    assert Order.objects.count() == 1


def test_rows_left_out_are_in_the_rejects_file_and_harmless_there(tmp_path: Path) -> None:
    bad = customer_row(Key="=1+1", Born="never")
    rejects = tmp_path / "rejects.csv"
    out = run("import_customers", customer_file(tmp_path, customer_row(Key="K1"), bad), rejects=str(rejects))
    assert f"The 1 rows that were left out are in {rejects}" in out
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header == ["file", "line", "column", "reason", "row"]
    assert row[:3] == ["customers.csv", "3", "Born"]
    assert row[3].startswith("“never” is not a date")
    assert row[4] == f"'{bad}"
    assert Customer.objects.get().account_number == "K1"


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    out = run("import_customers", customer_file(tmp_path, customer_row(Key="K1")), dry_run=True)
    assert out.startswith("Dry run: nothing was written.")
    assert not Customer.objects.exists()


def test_the_named_user_stands_in_the_history(tmp_path: Path) -> None:
    manager = make_manager("mona")
    run("import_customers", customer_file(tmp_path, customer_row(Key="K1")), user=manager.get_username())
    assert ChangeSet.objects.get(kind="import").actor == manager


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"user": "nobody"}, "There is no user 'nobody'."),
        ({"site": "nowhere.example"}, "There is no single site with the host name 'nowhere.example'."),
        ({"mapping": "nothing"}, "There is no mapping “nothing”."),
        ({"rejects": "/nowhere/at/all.csv"}, "/nowhere/at/all.csv can't be written: No such file or directory."),
        ({"mapping": "northwind"}, "customers.csv has no column customerID"),
        ({"mapping": None}, "fit none of the mappings that come along (adventure-works, northwind)"),
        ({"rejects": str(CUSTOMERS)}, "The rejects file must be another one than those that are read."),
    ],
)
def test_what_can_not_work_is_one_clear_sentence(options: dict[str, Any], message: str) -> None:
    before = CUSTOMERS.read_bytes()
    with pytest.raises(CommandError) as refused:
        run("import_customers", CUSTOMERS, **options)
    assert message in str(refused.value)
    assert CUSTOMERS.read_bytes() == before
    assert not Customer.objects.exists()


def test_a_user_who_may_not_import_is_refused(tmp_path: Path) -> None:
    staff = make_staff("sven")
    with pytest.raises(CommandError, match="You do not have permission"):
        run("import_customers", customer_file(tmp_path, customer_row(Key="K1")), user=staff.get_username())
