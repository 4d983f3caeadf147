"""CSV files, row by row, with the line on which each row begins and the text it was."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _

from customer_admin.errors import ImportRefused

from .mappings import Formats, Table

# What `surrogateescape` leaves of bytes that mean nothing in the encoding.
_UNDECODABLE = re.compile("[\udc80-\udcff]")


class Row(NamedTuple):
    """One row: the cells of the table's columns, in their order. `problem` says why they can't be trusted, if so."""

    file: str
    line: int
    cells: list[str]
    raw: str
    problem: str = ""


class CsvFile:
    """A file with a header row. Raises ImportRefused where it can't be read; reading holds one row at a time."""

    def __init__(self, path: str | Path, formats: Formats) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.formats = formats
        self.header = self._read_header()

    def missing(self, table: Table) -> list[str]:
        """The columns of `table` that this file has not."""
        wanted = [*table.columns, table.spill] if table.spill else table.columns
        return [column for column in wanted if column not in self.header]

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows but the header and empty ones."""
        width = len(self.header)
        positions = [self._position(column) for column in table.columns]
        spill = self._position(table.spill) if table.spill else None
        for number, cells, raw in self._records():
            if number == 0 or not cells:
                continue
            surplus = len(cells) - width
            if surplus > 0 and spill is not None:
                cells[spill : spill + surplus + 1] = [self.formats.delimiter.join(cells[spill : spill + surplus + 1])]
                surplus = 0
            problem = ""
            if surplus:
                problem = _("The row has %(cells)d cells, and the header has %(columns)d.") % {
                    "cells": len(cells),
                    "columns": width,
                }
                cells += [""] * -surplus
            elif "\0" in raw:
                problem = _("The row holds a NUL character, which can't be stored.")
            yield Row(self.name, number, [cells[position] for position in positions], raw, problem)

    def check(self) -> None:
        """Read the file to its end, so that nothing is written when it turns out to be broken there."""
        for _record in self._records():
            pass

    def _read_header(self) -> list[str]:
        for _number, cells, _raw in self._records():
            header = [cell.strip() for cell in cells]
            if any(header):
                return header
            break
        raise ImportRefused(
            _("%(file)s is empty. Its first line must name the columns.") % {"file": self.name}, code="empty"
        )

    def _position(self, column: str) -> int:
        if self.header.count(column) > 1:
            raise ImportRefused(
                _("%(file)s has the column %(column)s more than once. Rename or remove one of them.")
                % {"file": self.name, "column": column}
            )
        return self.header.index(column)

    def _records(self) -> Iterator[tuple[int, list[str], str]]:
        """(line on which it begins, cells, raw text) of each record; the header's line counts as 0."""
        taken: list[str] = []
        with self._open() as file:
            reader = csv.reader(self._lines(file, taken), delimiter=self.formats.delimiter, strict=True)
            begins = 1
            try:
                for cells in reader:
                    raw = taken[0] if len(taken) == 1 else "".join(taken)
                    taken.clear()
                    yield (0 if begins == 1 else begins), cells, raw.rstrip("\r\n")
                    begins = reader.line_num + 1
            except csv.Error as error:
                raise ImportRefused(
                    _(
                        "%(file)s, line %(line)d: the quotation marks do not match, so it is not clear where this row "
                        "ends (%(error)s). Correct that row and run the import again; nothing was imported."
                    )
                    % {"file": self.name, "line": begins, "error": error},
                    code="broken",
                ) from error

    def _lines(self, file: TextIO, taken: list[str]) -> Iterator[str]:
        for number, line in enumerate(file, 1):
            if not line.isascii() and _UNDECODABLE.search(line):
                raise ImportRefused(
                    _(
                        "%(file)s, line %(line)d: this is not %(encoding)s text. Name the right encoding in the "
                        "mapping (cp1252 and utf-8 are the usual ones) or save the file anew."
                    )
                    % {"file": self.name, "line": number, "encoding": self.formats.encoding},
                    code="encoding",
                )
            taken.append(line)
            yield line

    def _open(self) -> TextIO:
        encoding = self.formats.encoding
        if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
            encoding = "utf-8-sig"  # Spreadsheets put a mark at the beginning, which is no part of the first column.
        try:
            return self.path.open(encoding=encoding, errors="surrogateescape", newline="")
        except LookupError as error:
            raise ImportRefused(
                _("The mapping names the encoding %(encoding)s, which does not exist. Usual are utf-8 and cp1252.")
                % {"encoding": encoding}
            ) from error
        except FileNotFoundError as error:
            raise ImportRefused(_("There is no file %(file)s.") % {"file": self.path}, code="missing") from error
        except OSError as error:
            raise ImportRefused(
                _("%(file)s can't be read: %(error)s.") % {"file": self.path, "error": error.strerror}, code="missing"
            ) from error


def sort_by_table(
    files: Iterable[str | Path], tables: list[Table], formats: Formats, mapping: str
) -> dict[str, list[CsvFile]]:
    """The files by the role that their columns fit, in the order given. Raises ImportRefused when one fits none."""
    sorted_files: dict[str, list[CsvFile]] = {table.role: [] for table in tables}
    for path in files:
        file = CsvFile(path, formats)
        # Of two tables that fit, the one that asks for more knows the file better.
        nearest = min(tables, key=lambda table: (len(file.missing(table)), -len(table.columns)))
        if missing := file.missing(nearest):
            raise ImportRefused(
                _("%(file)s has no column %(missing)s, which the mapping %(mapping)s asks for. It has: %(columns)s.")
                % {
                    "file": file.name,
                    "missing": ", ".join(missing),
                    "mapping": mapping,
                    "columns": ", ".join(file.header),
                },
                code="columns",
            )
        sorted_files[nearest.role].append(file)
    for table in tables:
        if not sorted_files[table.role]:
            raise ImportRefused(
                _("A file with the %(role)s is missing. Add the one with the columns %(columns)s.")
                % {"role": table.role, "columns": ", ".join(table.columns)},
                code="role",
            )
    return sorted_files
