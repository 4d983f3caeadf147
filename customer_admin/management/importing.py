"""What the commands `import_customers` and `import_orders` have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Site

from customer_admin.errors import CustomerAdminError
from customer_admin.files.mappings import shipped_mappings
from customer_admin.files.rejects import rejects_file
from customer_admin.models import Source
from customer_admin.operations import SYSTEM, ImportReport, acting_from

SHOWN_PROBLEMS = 10


class ImportCommand(BaseCommand):
    """Reads files into the database. Exit code 0 and a summary, also when single rows were left out."""

    operation: ClassVar[Callable[..., ImportReport]]
    subject: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="CSV files, in any order.")
        parser.add_argument(
            "--mapping",
            help=f"Which column is what: one of {', '.join(shipped_mappings())}, or the path of a mapping file. "
            "Without it, the one of these whose columns fit.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and write nothing.")
        parser.add_argument(
            "--rejects", metavar="FILE", help="Write the rows that were left out, with reasons, to FILE."
        )
        parser.add_argument("--user", metavar="USERNAME", help="In whose name. Without it, the system's.")
        parser.add_argument("--reason", default="", help="Stands in the history, with the names of the files.")
        parser.add_argument("--site", metavar="HOSTNAME", help="The Wagtail site. Without it, the default one.")

    def handle(self, *args: Any, **options: Any) -> None:
        rejects = options["rejects"]
        if rejects and Path(rejects).resolve() in {Path(file).resolve() for file in options["files"]}:
            raise CommandError("The rejects file must be another one than those that are read.")
        try:
            with acting_from(Source.COMMAND), rejects_file(rejects) as write:
                report = type(self).operation(
                    actor=self._actor(options["user"]),
                    files=options["files"],
                    mapping=options["mapping"],
                    dry_run=options["dry_run"],
                    reason=options["reason"],
                    site=self._site(options["site"]),
                    on_problem=write,
                )
        except CustomerAdminError as error:
            raise CommandError(error.message) from error
        self._summarise(report, rejects)

    def _summarise(self, report: ImportReport, rejects: str | None) -> None:
        if report.dry_run:
            self.stdout.write("Dry run: nothing was written.")
        lines = f" with {report.lines:,} lines" if report.lines else ""
        self.stdout.write(
            f"Mapping {report.mapping}: {report.created:,} {self.subject} created{lines}, "
            f"{report.unchanged:,} there already and left as they are, {report.refused:,} refused."
        )
        for problem in report.problems[:SHOWN_PROBLEMS]:
            column = f", {problem.column}" if problem.column else ""
            self.stdout.write(f"  {problem.file}, line {problem.line}{column}: {problem.reason}")
        more = report.problem_count - SHOWN_PROBLEMS
        if more > 0:
            self.stdout.write(f"  … and {more:,} more rows.")
        if report.problem_count:
            where = f"are in {rejects}" if rejects else "can be written to a file with --rejects FILE"
            self.stdout.write(f"The {report.problem_count:,} rows that were left out {where}.")
        if report.change_set is not None:
            self.stdout.write(f"Change set {report.change_set.pk}: {report.change_set.reason}")

    @staticmethod
    def _actor(username: str | None) -> Any:
        if username is None:
            return SYSTEM
        users = get_user_model()
        try:
            return users._default_manager.get_by_natural_key(username)
        except users.DoesNotExist as error:
            raise CommandError(f"There is no user {username!r}.") from error

    @staticmethod
    def _site(hostname: str | None) -> Site | None:
        if hostname is None:
            return None
        sites = Site.objects.filter(hostname=hostname)
        if len(sites) != 1:
            known = ", ".join(Site.objects.values_list("hostname", flat=True))
            raise CommandError(f"There is no single site with the host name {hostname!r}. There are: {known}.")
        return sites[0]
