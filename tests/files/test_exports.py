"""Tables as CSV and XLSX: what comes out is what went in, nothing is run, and nothing breaks the file."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from customer_admin.files import exports, xlsx
from customer_admin.files.cells import Column, Kind, harmless, is_risky
from customer_admin.files.exports import in_csv
from customer_admin.files.xlsx import in_xlsx

RISKY = [
    "=1+1", "+49 30 1", "-1", "@SUM(1)", "\t=1", "\rx", "\nx", "  =1", "\u00a0=1", '"=1', "'=1", "＝1", "＋1", "－1",
    "＠1", "\ufeff=1", "\u200b=1", "“=1”", "−1", "\x00=1", '" "=1',
]  # fmt: skip
PLAIN = ["", "Ada", "O'Brien", "'t Hooft", "a=1", "1-2", "(503) 555", " x", '"quoted"', "Ünal", "é", "😀", "#1", "/x"]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(RISKY + PLAIN)


def read_csv(columns: list[Column], rows: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(in_csv(columns, rows)).decode("utf-8-sig"), newline="")))


def read_xlsx(columns: list[Column], rows: Any) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(b"".join(in_xlsx(columns, rows)))).active
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("text", RISKY)
def test_what_might_be_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(TEXT)
def test_what_was_added_can_be_taken_away_again(text: str) -> None:
    written = harmless(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert (written[1:] if written.startswith("'") and is_risky(written[1:]) else written) == text


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_csv_file_holds_any_text(cells: list[str]) -> None:
    columns = [Column(f"{place}") for place in range(len(cells))]
    assert read_csv(columns, [cells])[1] == [harmless(cell).replace("\0", "\ufffd") for cell in cells]


def test_csv_has_numbers_dates_and_yes_or_no_as_programs_read_them() -> None:
    columns = [Column("text"), *(Column(kind, kind) for kind in Kind)]
    moment = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
    rows = [
        ["a", "b", Decimal("-1.50"), True, date(1, 2, 3), moment],
        [None, "", 7, False, None, None],
        [None, None, None, None, date(2026, 1, 2), None],
    ]
    with timezone.override("Europe/Berlin"):
        assert read_csv(columns, rows)[1:] == [
            ["a", "b", "-1.50", "yes", "0001-02-03", "2026-03-01 13:00:00"],
            ["", "", "7", "no", "", ""],
            ["", "", "", "", "2026-01-02", ""],
        ]


def test_xlsx_has_numbers_dates_and_yes_or_no_as_such() -> None:
    columns = [Column(kind, kind) for kind in Kind]
    moment = datetime(2026, 3, 1, 12, 30, 15, 7, tzinfo=UTC)
    rows = [["b", Decimal("-1.50"), True, date(2026, 1, 2), moment], [None, 7, False, None, None]]
    with timezone.override("Europe/Berlin"):
        header, first, second = read_xlsx(columns, rows)
    assert header == tuple(Kind)
    assert first == ("b", -1.5, True, datetime(2026, 1, 2), datetime(2026, 3, 1, 13, 30, 15))
    assert second == (None, 7, False, None, None)


def test_days_before_spreadsheets_have_them_stay_text() -> None:
    columns = [Column("day", Kind.DATE), Column("moment", Kind.MOMENT)]
    assert read_xlsx(columns, [[date(1899, 1, 2), datetime(1850, 1, 1, 8)]])[1] == ("1899-01-02", "1850-01-01 08:00:00")


def test_xlsx_keeps_what_might_be_run_as_text() -> None:
    content = b"".join(in_xlsx([Column("a")], [[text] for text in RISKY]))
    cells = [cell for (cell,) in load_workbook(io.BytesIO(content)).active["A2" : f"A{len(RISKY) + 1}"]]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [text.replace("\r", "\n").replace("\0", "\ufffd") for text in RISKY]
    assert all(cell.quotePrefix for cell in cells)  # So that they stay text when somebody edits them.


@settings(max_examples=30)
@given(TEXT)
def test_xlsx_holds_any_text(text: str) -> None:
    told = read_xlsx([Column("a"), Column("b")], [[text, "end"]])[1]
    wanted = "".join("\ufffd" if (ord(c) < 32 and c not in "\t\n\r") or c in "\ufffe\uffff" else c for c in text)
    wanted = wanted.replace("\r\n", "\n").replace("\r", "\n")
    assert told == (wanted or None, "end")


def test_text_that_looks_like_an_escaped_character_is_kept_from_being_one() -> None:
    content = b"".join(in_xlsx([Column("a")], [["_x0041_"]]))
    assert b"_x005F_x0041_" in ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["\0", "a\ud800b", "\ufffe", "x" * 10_000, "x" * 40_000, "\u202eright to left"])
def test_no_text_breaks_a_file(text: str) -> None:
    columns = [Column("a"), Column("b")]
    assert read_csv(columns, [[text, "end"]])[1][1] == "end"
    told, end = read_xlsx(columns, [[text, "end"]])[1]
    assert end == "end"
    assert len(told) <= xlsx.LETTERS_OF_A_CELL
    assert (told == text) is ((text.isprintable() and len(text) < 40_000) or "\u202e" in text)


def test_a_header_is_no_formula_either() -> None:
    assert read_csv([Column("=1")], []) == [["'=1"]]
    assert read_xlsx([Column("<=1&")], []) == [("<=1&",)]


def test_a_sheet_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_OF_A_SHEET", 4)
    monkeypatch.setattr(exports, "PORTION", 2)
    rows = read_xlsx([Column("a")], [["1"], ["2"], ["3"], ["4"]])
    assert rows[:3] == [("a",), ("1",), ("2",)]
    assert rows[3:] == [("A sheet holds no more rows. Download the CSV file, or narrow the filters.",)]
    monkeypatch.setattr(xlsx, "ROWS_OF_A_SHEET", 1_000)
    monkeypatch.setattr(xlsx, "BYTES_OF_A_SHEET", 1)
    assert len(read_xlsx([Column("a")], [["1"], ["2"], ["3"], ["4"]])) == 4


@pytest.mark.parametrize("write", [in_csv, in_xlsx])
def test_rows_are_read_as_the_file_is_taken(write: Any) -> None:
    read = []

    def rows() -> Iterator[list[str]]:
        for number in range(3 * exports.PORTION):
            read.append(number)
            yield [Random(number).randbytes(99).hex()]

    pieces = write([Column("a")], rows())
    next(pieces)
    assert read == []
    next(pieces)
    assert len(read) < 3 * exports.PORTION


def test_columns_beyond_z_have_two_letters() -> None:
    columns = [Column(f"{place}") for place in range(60)]
    assert read_xlsx(columns, [[f"{place}" for place in range(60)]])[1][59] == "59"
