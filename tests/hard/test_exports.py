"""Hard text in the files that are downloaded: the same text, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from customer_admin.files.cells import harmless
from customer_admin.models import SYSTEM, Customer
from customer_admin.operations import update_customer
from tests.factories import make_address, make_class, make_customer, make_login, make_user
from tests.hard.strings import STRINGS
from tests.snippets.bulk.pages import address
from tests.sweep.screens.rows import ADDRESS, CUSTOMER

pytestmark = pytest.mark.django_db
RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
TEXTS = {name: text for name, text in STRINGS.items() if "\0" not in text and "\x07" not in text and text.strip()}
SHORTEST = 20
"""So much of a text is held by every field."""


def cut(text: str) -> str:
    return text[:SHORTEST].strip()


@pytest.fixture
def looking(client: Client) -> Client:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def customers(db: None) -> list[Customer]:
    """One for each text, which stands in all that can be said of them; and each was edited for this reason."""
    made = []
    for number, text in enumerate(map(cut, TEXTS.values())):
        own = make_class(name=text)
        customer = make_customer(customer_class=own, account_number=text, **dict.fromkeys(CUSTOMER, text))
        for kind in ("billing", "shipping"):
            make_address(customer, kind=kind, is_primary=True, **dict.fromkeys(ADDRESS, text))
        make_login(customer, email=f"hard{number}@example.com")
        update_customer(actor=SYSTEM, customer=customer, reason=text, referral_source=f"{text}!")
        made.append(customer)
    return made


def in_csv(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


def in_xlsx(response: Any) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(response.getvalue())).active.iter_rows()]


def of_customers(client: Client, ending: str) -> Any:
    return client.get(reverse("customers:list"), {"export": ending})


def of_selected_customers(client: Client, ending: str) -> Any:
    return client.post(address("export", id="all"), {"ending": ending})


def of_changes(client: Client, ending: str) -> Any:
    return client.get(reverse("customer_admin_changes:index"), {"export": ending})


EXPORTS = [of_customers, of_selected_customers, of_changes]


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.usefixtures("customers")
def test_a_csv_file_holds_each_text_so_that_nothing_runs_it(looking: Client, export: Any) -> None:
    table = in_csv(export(looking, "csv"))

    cells = [cell for row in table for cell in row]
    assert [cell for cell in cells if cell.startswith(RUN)] == []
    least = 1 if export is of_changes else len(CUSTOMER) - 1 + 2 * len(ADDRESS)
    assert {text for text in map(cut, TEXTS.values()) if cells.count(harmless(text)) < least} == set()


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.usefixtures("customers")
def test_an_xlsx_file_holds_each_text_as_text(looking: Client, export: Any) -> None:
    table = in_xlsx(export(looking, "xlsx"))

    cells = [cell for row in table for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    held = {cell.value for cell in cells}
    lost = {text for text in map(cut, TEXTS.values()) if not {text, text.replace("\r\n", "\n")} & held}
    assert lost == set()
