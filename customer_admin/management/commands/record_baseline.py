"""Takes rows into the history as they are."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import Source, tracked_models
from customer_admin.operations import SYSTEM, acting_from, record_baseline


class Command(BaseCommand):
    help = (
        "Take rows into the history as they are: those that were there before their model was tracked, and those that "
        "were changed, made or removed outside of this program. Where there are none, nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--model", action="append", metavar="APP.MODEL", help="Only this model. Can be given more than once."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        models = [self._model(label) for label in options["model"]] if options["model"] else None
        with acting_from(Source.COMMAND):
            baseline = record_baseline(actor=SYSTEM, models=models, dry_run=options["dry_run"])
        if not baseline.rows:
            self.stdout.write(_("Nothing to take in: each row is what its history says."))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        for label, counts in baseline.rows.items():
            self.stdout.write(f"{label}: {', '.join(self._in_words(kind, n) for kind, n in counts.items())}.")
        if baseline.change_set is not None:
            self.stdout.write(f"{_('Change set')} {baseline.change_set.pk}: {baseline.change_set.reason}")

    @staticmethod
    def _in_words(kind: str, count: int) -> str:
        words = {
            "unrecorded": ngettext("%(count)d row without history", "%(count)d rows without history", count),
            "changed": ngettext("%(count)d changed row", "%(count)d changed rows", count),
            "vanished": ngettext("%(count)d row that is gone", "%(count)d rows that are gone", count),
        }
        return words[kind] % {"count": count}

    @staticmethod
    def _model(label: str) -> Any:
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise CommandError(_("There is no model “%(label)s”.") % {"label": label}) from error
        if model not in tracked_models():
            known = ", ".join(each._meta.label for each in tracked_models())
            raise CommandError(
                _("%(label)s is not tracked. These are: %(known)s.") % {"label": model._meta.label, "known": known}
            )
        return model
