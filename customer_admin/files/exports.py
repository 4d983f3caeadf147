"""CSV files made a piece at a time, so that neither memory nor the first byte depends on their length."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from .cells import REPLACEMENT, Column, Kind, harmless

Rows = Iterable[Sequence[Any]]
"""The cells of each row, in the order of the columns."""

PORTION = 500
"""So many rows become one piece of a file."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def in_csv(columns: Sequence[Column], rows: Rows) -> Iterator[bytes]:
    """The pieces of a CSV file with a header, in the encoding that spreadsheets recognise.

    Text that a spreadsheet might run is made harmless; what UTF-8 or CSV can't hold becomes U+FFFD.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(str(column.label)) for column in columns])
    yield "\ufeff".encode() + _taken(text)
    for portion in portions(rows):
        by_column = zip(columns, zip(*portion, strict=True), strict=True)
        written = [_WRITTEN[column.kind](cells) for column, cells in by_column]
        writer.writerows(zip(*written, strict=True))
        yield _taken(text)


def portions(rows: Rows) -> Iterator[list[Sequence[Any]]]:
    """Cut rows into lists, as they come."""
    remaining = iter(rows)
    while portion := list(islice(remaining, PORTION)):
        yield portion


def without_zone(moments: Iterable[datetime | None]) -> list[datetime | None]:
    """The moments as a clock in the current zone shows them, to the second."""
    zone = timezone.get_current_timezone()
    return [
        moment and (moment if moment.tzinfo is None else moment.astimezone(zone)).replace(tzinfo=None, microsecond=0)
        for moment in moments
    ]


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue().replace("\0", REPLACEMENT)
    text.seek(0)
    text.truncate()
    try:
        return written.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(REPLACEMENT, written).encode()


def _texts(cells: Sequence[str | None]) -> list[str | None]:
    # Most texts are empty, or begin with a letter or a digit, which is found out fastest.
    return [text if not text or text[0].isalnum() else harmless(text) for text in cells]


def _numbers(cells: Sequence[Any]) -> list[str]:
    return ["" if number is None else f"{number:f}" if not isinstance(number, int) else str(number) for number in cells]


def _yes_no(cells: Sequence[bool | None]) -> list[str]:
    return ["" if value is None else "yes" if value else "no" for value in cells]


def _dates(cells: Sequence[date | None]) -> list[str]:
    return [day.isoformat() if day else "" for day in cells]


def _moments(cells: Sequence[datetime | None]) -> list[str]:
    return [moment.isoformat(" ") if moment else "" for moment in without_zone(cells)]


_WRITTEN: dict[Kind, Callable[[Any], list[Any]]] = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _numbers,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _dates,
    Kind.MOMENT: _moments,
}
