"""Two numbers a line, pasted or from a CSV or XLSX file, as `assign_orders` takes them: an order and a customer."""

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from lzma import LZMAError
from typing import IO, Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from customer_admin.errors import ImportRefused

from .cells import as_it_was
from .xlsx import ROWS_OF_A_SHEET

MOST_BYTES = 2_000_000
"""Larger files are not read."""

MOST_UNPACKED = 50_000_000
"""What an XLSX file may come to once it is unpacked."""

MOST_COLUMNS = 100
"""What stands further to the right in a sheet is not looked at, however far its formatting goes."""

DELIMITERS = "\t;,"

BROKEN_WORKBOOK = (
    ArithmeticError, AttributeError, BadZipFile, EOFError, LookupError, LZMAError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zlib.error,
)  # fmt: skip
"""What damaged, encrypted and made-up files are met with, by the archive, by XML, or where something is missing."""


class Pair(NamedTuple):
    """What stands on one line. `line` counts from 1; `problem` says why the two can't be told apart, if so."""

    order: str
    customer: str
    line: int
    problem: str = ""


def pairs_in_text(text: str, *, most: int) -> list[Pair]:
    """The pairs of the lines that hold something, without a header; up to one more than `most`.

    Tab, semicolon or comma stands between the two, whichever comes first in that order.
    """
    return _first(_pairs(_cells_of_lines(text.removeprefix("\ufeff"))), most)


def pairs_in_file(file: IO[bytes], name: str, *, most: int) -> list[Pair]:
    """The same of an uploaded file: XLSX by its ending, else CSV. Raises ImportRefused where it can't be read."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ImportRefused(
            _("%(file)s is larger than %(size)d MB. Split it into smaller files.")
            % {"file": name, "size": MOST_BYTES // 1_000_000},
            code="large",
        )
    if content.startswith(b"PK") or name.lower().endswith((".xlsx", ".xlsm")):
        return _first(_pairs(_rows_of_workbook(content, name)), most)
    return pairs_in_text(_decoded(content, name), most=most)


def _first(pairs: Iterable[Pair], most: int) -> list[Pair]:
    return list(islice(pairs, most + 1))


def _cells_of_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        delimiter = next((each for each in DELIMITERS if each in line), "\t")
        try:
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            cells = line.split(delimiter)
        yield number, [cell.strip() for cell in cells]


def _pairs(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Pair]:
    """The first row with something in it may name the columns; otherwise the order stands first."""
    at: tuple[int, int] | None = None
    is_first = True
    for number, cells in rows:
        if not any(cells) or (is_first and cells[0].casefold().startswith("sep=")):
            continue  # A spreadsheet program was told by what to split the lines.
        if is_first:
            is_first = False
            at = _columns(cells)
            if at is not None:
                continue
        yield _pair(number, cells, at)


def _columns(cells: Sequence[str]) -> tuple[int, int] | None:
    """Where order and customer stand, if these cells are the header of a table."""
    words = [" ".join(re.sub("[_-]", " ", cell.casefold()).replace("#", " no ").split()) for cell in cells]
    orders = {"order", "orders", "order number", "order no", "order no.", "order id", _("order").casefold()}
    customers = {"customer", "customers", "customer number", "customer no", "customer no.", "customer id", "account"}
    customers |= {"account number", _("customer").casefold()}
    order = next((place for place, word in enumerate(words) if word in orders), None)
    customer = next((place for place, word in enumerate(words) if word in customers), None)
    if customer is not None and order is None and "number" in words:
        order = words.index("number")  # As the lists of orders call it.
    return None if order is None or customer is None else (order, customer)


def _pair(number: int, cells: Sequence[str], at: tuple[int, int] | None) -> Pair:
    if at is not None:
        order, customer = (as_it_was(cells[place]) if place < len(cells) else "" for place in at)
        return Pair(order, customer, number)
    told = [as_it_was(cell) for cell in cells]
    while len(told) > 2 and not told[-1]:
        told.pop()
    if len(told) > 2:
        problem = _("This line has more than an order and a customer on it. Write one of each, with a comma between.")
        return Pair(", ".join(told[:-1]), told[-1], number, problem)
    return Pair(told[0], told[1] if len(told) > 1 else "", number)


def _decoded(content: bytes, name: str) -> str:
    """Text as spreadsheets save it: UTF-8, UTF-16 with its mark, or else the usual one of Windows."""
    has_mark = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if has_mark else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportRefused(
        _("%(file)s is not a text file. Save it as CSV or XLSX and choose it again.") % {"file": name}, code="encoding"
    )


def _rows_of_workbook(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet. Formulas count as what they came to when the file was saved."""
    try:
        if sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist()) > MOST_UNPACKED:
            raise ImportRefused(_("%(file)s is too large. Split it into smaller files.") % {"file": name}, code="large")
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # Programs write less than there is, which would be cut off, or all there could be.
        rows = sheet.iter_rows(max_row=ROWS_OF_A_SHEET, max_col=MOST_COLUMNS, values_only=True)
        for number, row in enumerate(rows, 1):
            if row.count(None) < len(row):
                yield number, [_text_of(value) for value in row]
    except BROKEN_WORKBOOK as error:
        raise ImportRefused(
            _("%(file)s can't be read as an XLSX file. Save it anew in a spreadsheet program, or as CSV.")
            % {"file": name},
            code="broken",
        ) from error


def _text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).strip()
