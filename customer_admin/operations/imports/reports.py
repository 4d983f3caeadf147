"""What an import tells afterwards: the counts, the rows it left out, and its change set."""

from collections.abc import Callable
from dataclasses import dataclass

from customer_admin.files.csv_files import Row
from customer_admin.models import ChangeSet

KEPT_PROBLEMS = 1000
"""How many problems a report holds; all of them go to `on_problem`, however many there are."""


@dataclass(frozen=True)
class RowProblem:
    """A row that was left out. `column` names the column(s) at fault as the file does; `raw` is the row as it stood."""

    file: str
    line: int
    column: str
    reason: str
    raw: str


OnProblem = Callable[[RowProblem], None] | None


@dataclass(frozen=True)
class ImportReport:
    """`created`, `unchanged` (already there, left as they are) and `refused` count customers or orders.

    `lines` counts the order lines that were created. `problem_count` counts the rows that were left out, of which
    `problems` holds the first `KEPT_PROBLEMS`. `change_set` is None when nothing was written. In a dry run the counts
    say what would have happened.
    """

    mapping: str
    created: int
    unchanged: int
    refused: int
    lines: int
    problem_count: int
    problems: tuple[RowProblem, ...]
    change_set: ChangeSet | None
    dry_run: bool


class Tally:
    """Counts while the import runs."""

    def __init__(self, on_problem: OnProblem) -> None:
        self.created = self.unchanged = self.refused = self.lines = self.problem_count = 0
        self._on_problem = on_problem
        self._problems: list[RowProblem] = []

    def problem(self, row: Row, column: str, reason: str) -> None:
        problem = RowProblem(file=row.file, line=row.line, column=column, reason=reason, raw=row.raw)
        self.problem_count += 1
        if len(self._problems) < KEPT_PROBLEMS:
            self._problems.append(problem)
        if self._on_problem is not None:
            self._on_problem(problem)

    def report(self, *, mapping: str, change_set: ChangeSet | None, dry_run: bool) -> ImportReport:
        return ImportReport(
            mapping=mapping,
            created=self.created,
            unchanged=self.unchanged,
            refused=self.refused,
            lines=self.lines,
            problem_count=self.problem_count,
            problems=tuple(self._problems),
            change_set=change_set,
            dry_run=dry_run,
        )
