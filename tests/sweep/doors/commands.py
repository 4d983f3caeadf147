"""The commands that import from files made for the occasion."""

import csv
import datetime
from typing import Any

from django.core.management import call_command

from customer_admin.models import Address, Customer, Order, OrderLine
from customer_admin.operations.addresses import ADDRESS_FIELDS
from customer_admin.operations.customers import CUSTOMER_FIELDS
from customer_admin.operations.imports.order_records import LINE_FIELDS, ORDER_FIELDS
from tests.factories import make_class, make_customer
from tests.sweep.door import Watch, door
from tests.sweep.doors.reasons import MERGED, OF_THE_HOST
from tests.sweep.values import others

BY_STAFF = "staff write it; no file has it"


@door(
    "commands",
    "created",
    closed_to={
        "customer_admin.Customer.merged_into": MERGED,
        "customer_admin.Customer.tax_exempt_document": "a file of texts has no documents",
        "customer_admin.AccountNote": BY_STAFF,
        "customer_admin.NoteAcknowledgement": BY_STAFF,
        "customer_admin.DuplicateDismissal": BY_STAFF,
        "customer_admin.CustomerClass": BY_STAFF,
        "customer_admin.LoyaltyEntry": BY_STAFF,
        "customer_admin.CreditEntry": BY_STAFF,
        "customer_admin.Club": BY_STAFF,
        "customer_admin.ClubMembership": BY_STAFF,
        "customer_admin.LinkedEmail": BY_STAFF,
        "customer_admin.SavedPaymentMethod": BY_STAFF,
        "customer_admin.PortalLogin": BY_STAFF,
        "customer_admin.CustomerAdminSettings": BY_STAFF,
        "shop": OF_THE_HOST,
    },
)
def import_files(watch: Watch) -> None:
    customer = others(Customer, CUSTOMER_FIELDS - {"site", "customer_class", "tax_exempt_document"}) | {
        "customer_class": make_class().code
    }
    address = others(Address, ADDRESS_FIELDS)
    write(watch, "customers", {"customers": customer}, {"customers.addresses": address})
    with watch.going_through(by=None):
        run(watch, "import_customers")
    order = others(Order, ORDER_FIELDS - {"customer"})
    order["customer"] = make_customer(account_number="A-1").account_number
    write(watch, "orders", {"orders": order, "orders.lines": others(OrderLine, LINE_FIELDS)}, {})
    with watch.going_through(by=None):
        run(watch, "import_orders")


def write(watch: Watch, name: str, single: dict[str, dict[str, Any]], repeated: dict[str, dict[str, Any]]) -> None:
    """A mapping with a column for each field, and a file with one row of these values."""
    lines, cells = ['dates = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"]'], {}
    for section, values in {**single, **repeated}.items():
        lines.append(f"[[{section}]]" if section in repeated else f"[{section}.fields]")
        for field, value in values.items():
            column = f"{section}-{field}"
            lines.append(f'{field} = "{column}"')
            cells[column] = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime.datetime) else str(value)
    (watch.folder / "mapping.toml").write_text("\n".join(lines))
    with (watch.folder / f"import_{name}.csv").open("w", newline="") as file:
        csv.writer(file).writerows([cells.keys(), cells.values()])


def run(watch: Watch, command: str) -> None:
    with (watch.folder / "told.txt").open("w") as told:
        mapping = str(watch.folder / "mapping.toml")
        call_command(command, str(watch.folder / f"{command}.csv"), mapping=mapping, stdout=told)
    assert "0 refused" in (watch.folder / "told.txt").read_text()
