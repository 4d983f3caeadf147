"""A temporary database on disk in which rows wait to be joined and grouped, so that memory stays flat."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from .csv_files import Row

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
CREATE TABLE seen (key TEXT PRIMARY KEY, file TEXT, line INTEGER) WITHOUT ROWID;
CREATE TABLE product (key TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID;
CREATE TABLE head (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE, file TEXT, line INTEGER, cells TEXT, raw TEXT, problem TEXT
);
CREATE TABLE line (
    id INTEGER PRIMARY KEY, key TEXT, product TEXT, file TEXT, line INTEGER, cells TEXT, raw TEXT, problem TEXT
);
"""


class StagedLine(NamedTuple):
    """A line with the cells of its product: None when there is no such product."""

    row: Row
    product: list[str] | None


class StagedOrder(NamedTuple):
    """The row that speaks for the order, and its lines in the order of the files."""

    head: Row
    lines: list[StagedLine]


class Staging:
    """What was read so far. Cells are kept as they were; keys are what rows are joined by."""

    def __init__(self) -> None:
        # Without a name SQLite makes a file that is gone with the process, even with one that is killed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def close(self) -> None:
        self._database.close()

    def first_with(self, key: str) -> tuple[str, int] | None:
        """(file, line) of the row that was noted with this key."""
        return self._database.execute("SELECT file, line FROM seen WHERE key = ?", (key,)).fetchone()

    def note(self, key: str, row: Row) -> None:
        self._database.execute("INSERT INTO seen VALUES (?, ?, ?)", (key, row.file, row.line))

    def add_product(self, key: str, row: Row) -> bool:
        """False when there was one with this key already."""
        added = self._database.execute("INSERT OR IGNORE INTO product VALUES (?, ?)", (key, json.dumps(row.cells)))
        return added.rowcount == 1

    def add_order(self, key: str, row: Row) -> bool:
        """False when there was one with this key already."""
        values = (key, row.file, row.line, json.dumps(row.cells), row.raw, row.problem)
        sql = "INSERT OR IGNORE INTO head (key, file, line, cells, raw, problem) VALUES (?, ?, ?, ?, ?, ?)"
        return self._database.execute(sql, values).rowcount == 1

    def add_line(self, key: str, product: str, row: Row) -> None:
        values = (key, product, row.file, row.line, json.dumps(row.cells), row.raw, row.problem)
        sql = "INSERT INTO line (key, product, file, line, cells, raw, problem) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._database.execute(sql, values)

    def orders(self) -> Iterator[StagedOrder]:
        """Every order with all its lines, in the order in which the files name them first."""
        self._database.execute("CREATE INDEX IF NOT EXISTS line_key ON line (key)")
        found = self._database.execute(
            "SELECT h.id, h.file, h.line, h.cells, h.raw, h.problem, "
            "l.file, l.line, l.cells, l.raw, l.problem, p.cells FROM head h "
            "LEFT JOIN line l ON l.key = h.key LEFT JOIN product p ON p.key = l.product "
            "ORDER BY h.id, l.id"
        )
        for _key, group in groupby(found, key=itemgetter(0)):
            rows = list(group)
            lines = [
                StagedLine(_row(row[6:11]), json.loads(row[11]) if row[11] else None)
                for row in rows
                if row[6] is not None
            ]
            yield StagedOrder(_row(rows[0][1:6]), lines)

    def lines_without_order(self) -> Iterator[tuple[str, Row]]:
        """(order's key, line) of each line whose order is in no file."""
        found = self._database.execute(
            "SELECT l.key, l.file, l.line, l.cells, l.raw, l.problem FROM line l "
            "WHERE NOT EXISTS (SELECT 1 FROM head h WHERE h.key = l.key) ORDER BY l.id"
        )
        for row in found:
            yield row[0], _row(row[1:])


def _row(columns: tuple) -> Row:
    file, line, cells, raw, problem = columns
    return Row(file, line, json.loads(cells), raw, problem)


@contextmanager
def staging() -> Iterator[Staging]:
    """An empty one, which is gone at the end."""
    stage = Staging()
    try:
        yield stage
    finally:
        stage.close()
