"""XLSX files made a piece at a time. The libraries that write them hold the rows, or a file of them, until the end.

An XLSX file is a ZIP archive of XML parts, of which the sheet is the last one here, so that its rows can be sent while
they are read. Texts stand in their cells instead of in a table of shared ones, which could only be written at the end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from .cells import REPLACEMENT, Column, Kind, is_risky
from .exports import Rows, portions, without_zone

ROWS_OF_A_SHEET = 1_048_576
"""More than these a spreadsheet program doesn't open."""

BYTES_OF_A_SHEET = 2_000_000_000
"""Beyond this an archive needs a newer form, which not every spreadsheet program reads."""

LETTERS_OF_A_CELL = 32_767

_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATIONS}">'
        f'<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # The styles, by their place: plain, header, date, moment, and text that stays text when somebody edits the cell.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_NAMESPACE}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
_HEADER, _DATE, _MOMENT, _QUOTED = 1, 2, 3, 4
_WIDTHS = {Kind.TEXT: 22, Kind.NUMBER: 12, Kind.YES_NO: 10, Kind.DATE: 12, Kind.MOMENT: 20}


class _Outgoing:
    """What the archive wrote and nobody took yet. It can't seek, so the archive writes nothing twice."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """There is nothing between this and whoever takes it."""

    def taken(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def in_xlsx(columns: Sequence[Column], rows: Rows) -> Iterator[bytes]:
    """The pieces of an XLSX file with one sheet and a header.

    Numbers, dates and yes or no are cells of that kind; text is always text, which no program runs. What XML can't hold
    becomes U+FFFD, line ends become one form, and longer texts than a cell takes are cut. A sheet that is full says so.
    """
    outgoing = _Outgoing()
    with ZipFile(outgoing, "w", ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, content in _PARTS.items():
            archive.writestr(name, _XML + content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            yield outgoing.taken()
            for _portion in _write_sheet(sheet, columns, rows):
                if piece := outgoing.taken():
                    yield piece
    yield outgoing.taken()


def _write_sheet(sheet: IO[bytes], columns: Sequence[Column], rows: Rows) -> Iterator[None]:
    letters = [_letters(position) for position in range(1, len(columns) + 1)]
    written = sheet.write(_beginning(columns, letters).encode())
    first = 2
    for portion in portions(rows):
        fitting = portion[: ROWS_OF_A_SHEET - first]
        numbers = range(first, first + len(fitting))
        if fitting:
            by_column = zip(columns, letters, zip(*fitting, strict=True), strict=True)
            cells = [_CELLS[column.kind](letter, numbers, values) for column, letter, values in by_column]
            by_row = zip(numbers, zip(*cells, strict=True), strict=True)
            written += sheet.write("".join(f'<row r="{n}">{"".join(row)}</row>' for n, row in by_row).encode())
        first += len(fitting)
        yield
        if len(fitting) < len(portion) or written > BYTES_OF_A_SHEET:
            said = _("A sheet holds no more rows. Download the CSV file, or narrow the filters.")
            sheet.write(f'<row r="{first}">{_text_cell("A", first, said)}</row>'.encode())
            break
    sheet.write(b"</sheetData></worksheet>")


def _beginning(columns: Sequence[Column], letters: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{_WIDTHS[column.kind]}" customWidth="1"/>'
        for number, column in enumerate(columns, start=1)
    )
    header = "".join(
        f'<c r="{letter}1" s="{_HEADER}" t="inlineStr"><is><t>{_written(str(column.label))}</t></is></c>'
        for column, letter in zip(columns, letters, strict=True)
    )
    return (
        f'{_XML}<worksheet xmlns="{_NAMESPACE}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{header}</row>'
    )


def _letters(position: int) -> str:
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# Markup, what XML can't hold, text that a program would take for an escaped character, and spaces at the ends.
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$")
_UNHOLDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def _written(text: str) -> str:
    if len(text) > LETTERS_OF_A_CELL:
        text = f"{text[: LETTERS_OF_A_CELL - 1]}…"
    if not _SPECIAL.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _UNHOLDABLE.sub(REPLACEMENT, text)))


def _text_cell(letter: str, number: int, text: str) -> str:
    style = f' s="{_QUOTED}"' if is_risky(text) else ""
    return f'<c r="{letter}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{_written(text)}</t></is></c>'


def _texts(letter: str, numbers: Sequence[int], cells: Sequence[str | None]) -> list[str]:
    return [
        ""
        if not text
        else f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        if text.isalnum() and len(text) < LETTERS_OF_A_CELL
        else _text_cell(letter, number, text)
        for number, text in zip(numbers, cells, strict=True)
    ]


def _numbers(letter: str, numbers: Sequence[int], cells: Sequence[Any]) -> list[str]:
    return [
        "" if value is None else f'<c r="{letter}{number}"><v>{value}</v></c>'
        for number, value in zip(numbers, cells, strict=True)
    ]


def _yes_no(letter: str, numbers: Sequence[int], cells: Sequence[bool | None]) -> list[str]:
    return [
        "" if value is None else f'<c r="{letter}{number}" t="b"><v>{value:d}</v></c>'
        for number, value in zip(numbers, cells, strict=True)
    ]


# Days are counted from here, as if 1900 had been a leap year: what is older has no number.
_DAY_ZERO, _FIRST_DAY = date(1899, 12, 30).toordinal(), date(1900, 3, 1)


def _dates(letter: str, numbers: Sequence[int], cells: Sequence[date | None]) -> list[str]:
    return [
        ""
        if day is None
        else f'<c r="{letter}{number}" s="{_DATE}"><v>{day.toordinal() - _DAY_ZERO}</v></c>'
        if day >= _FIRST_DAY
        else _text_cell(letter, number, day.isoformat())
        for number, day in zip(numbers, cells, strict=True)
    ]


def _moments(letter: str, numbers: Sequence[int], cells: Sequence[datetime | None]) -> list[str]:
    written = []
    for number, moment in zip(numbers, without_zone(cells), strict=True):
        if moment is None:
            written.append("")
        elif moment.date() < _FIRST_DAY:
            written.append(_text_cell(letter, number, moment.isoformat(" ")))
        else:
            seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
            days = moment.toordinal() - _DAY_ZERO + seconds / 86400
            written.append(f'<c r="{letter}{number}" s="{_MOMENT}"><v>{days:.10f}</v></c>')
    return written


_CELLS: dict[Kind, Callable[[str, Sequence[int], Any], list[str]]] = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _numbers,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _dates,
    Kind.MOMENT: _moments,
}
