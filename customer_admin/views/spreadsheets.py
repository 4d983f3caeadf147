"""Spreadsheets as responses: CSV and XLSX, sent while the rows are read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from customer_admin.files.cells import Column
from customer_admin.files.exports import Rows, in_csv
from customer_admin.files.xlsx import in_xlsx

WRITERS: dict[str, tuple[Callable[[Sequence[Column], Rows], Iterator[bytes]], str]] = {
    "csv": (in_csv, "text/csv; charset=utf-8"),
    "xlsx": (in_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""By the end of the file's name: who writes it, and its type."""


def spreadsheet(ending: str, name: str, columns: Sequence[Column], rows: Rows) -> StreamingHttpResponse:
    """A file "<name>-<today>.<ending>" to be saved. `ending` is one of `WRITERS`."""
    write, content_type = WRITERS[ending]
    response = StreamingHttpResponse(in_this_language(write(columns, rows)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{ending}"'
    add_never_cache_headers(response)
    return response


def in_this_language(pieces: Any) -> Iterator[bytes]:
    """`pieces` made in the language and time zone of the request, also when they are sent after it has ended."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    with closing(pieces):
        while True:
            with translation.override(language), timezone.override(zone):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
