"""The file into which an import writes the rows that it left out."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import ImportRefused

from .cells import harmless


@contextmanager
def rejects_file(path: str | Path | None) -> Iterator[Callable[[Any], None] | None]:
    """A function that adds one row (with `file`, `line`, `column`, `reason`, `raw`) to the file; None without a path.

    The encoding is one that spreadsheets recognise. Raises ImportRefused when the file can't be written.
    """
    if path is None:
        yield None
        return
    try:
        file = Path(path).open("w", encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ImportRefused(
            _("%(file)s can't be written: %(error)s.") % {"file": path, "error": error.strerror}
        ) from error
    with file:
        writer = csv.writer(file)
        writer.writerow([_("file"), _("line"), _("column"), _("reason"), _("row")])
        yield lambda row: writer.writerow(
            [harmless(row.file), row.line, harmless(row.column), harmless(row.reason), harmless(row.raw)]
        )
