"""What customers and orders have in common when they are imported: the files, the batches, the one change set."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from customer_admin.conf import app_settings
from customer_admin.errors import ImportRefused
from customer_admin.files.csv_files import CsvFile, sort_by_table
from customer_admin.files.mappings import SourceMapping, Table, load_mapping, shipped_mappings
from customer_admin.models import Actor, ChangeSet, ChangeSetKind, recording
from customer_admin.models import Sequence as SequenceRow

T = TypeVar("T")
AnyMapping = str | Path | SourceMapping | None
_LOCK = 0x637573746F6D  # Any number that other programs do not lock.


def mapping_for(files: Sequence[str | Path], mapping: AnyMapping, subject: str) -> SourceMapping:
    """The mapping that is named, or the shipped one whose columns fit all files. `subject`: "customers" or "orders".

    Raises ImportRefused when it says nothing of the subject, and when none or more than one fits.
    """
    if not files:
        raise ImportRefused(_("Name at least one file."))
    if mapping is not None:
        found = load_mapping(mapping)
        if getattr(found, subject) is None:
            raise ImportRefused(
                _("The mapping %(mapping)s has no section [%(subject)s].") % {"mapping": found.name, "subject": subject}
            )
        return found
    known = [found for name in shipped_mappings() if getattr(found := load_mapping(name), subject) is not None]
    fitting = [candidate for candidate in known if _fits(files, candidate, subject)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(candidate.name for candidate in fitting or known)
    if fitting:
        raise ImportRefused(_("More than one mapping fits these files: %(names)s. Name one.") % {"names": names})
    raise ImportRefused(
        _(
            "The columns of these files fit none of the mappings that come along (%(names)s). Name one of them to see "
            "what is missing, or write a mapping file of your own and name that."
        )
        % {"names": names},
        code="mapping",
    )


def _fits(files: Sequence[str | Path], mapping: SourceMapping, subject: str) -> bool:
    try:
        files_by_role(files, mapping, getattr(mapping, subject).tables)
    except ImportRefused as error:
        if error.code in ("columns", "role", "encoding", "broken"):
            return False
        raise
    return True


def files_by_role(files: Sequence[str | Path], mapping: SourceMapping, tables: list[Table]) -> dict[str, list[CsvFile]]:
    return sort_by_table(files, tables, mapping.formats, mapping.name)


class Writer:
    """Writes batch after batch, each in a transaction of its own, all in one change set of kind "import".

    What is there already must be looked up within the batch: no other import writes meanwhile.
    """

    def __init__(self, actor: Actor, reason: str, files: Sequence[str | Path], mapping: SourceMapping) -> None:
        self.change_set: ChangeSet | None = None
        self._actor = actor
        self._continued: ChangeSet | None = None
        names = ", ".join(Path(file).name for file in files)
        what = _("Import of %(files)s (%(mapping)s)") % {"files": names, "mapping": mapping.title}
        reason = f"{reason} – {what}" if reason else what
        self._reason = reason if len(reason) <= 500 else f"{reason[:499]}…"

    def write(self, work: Callable[[], T]) -> T:
        with recording(
            actor=self._actor, kind=ChangeSetKind.IMPORT, reason=self._reason, change_set=self._continued
        ) as current:
            _wait_for_other_imports()
            result = work()
        self.change_set = current.change_set
        # Within a caller's own recording, later batches simply join that one again.
        self._continued = current.change_set if current.closed else None
        return result


def _wait_for_other_imports() -> None:
    """From here to the end of the transaction no other import reads or writes what is there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    else:
        # SQLite has one writer, and becomes it with the first statement that could write.
        SequenceRow.objects.filter(name="").update(value=0)


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Lists of as many as go into one transaction."""
    remaining = iter(items)
    while batch := list(islice(remaining, app_settings.IMPORT_BATCH_SIZE)):
        yield batch


def run_batch(writer: Writer | None, work: Callable[[bool], Any]) -> Any:
    """Call `work(writing)` inside a batch; with no writer, which is a dry run, outside of any and not writing."""
    return work(False) if writer is None else writer.write(lambda: work(True))
