"""Finds rows that are not what their history says."""

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import tracked_models
from customer_admin.selectors.drift import Drift, drift_of

SHOWN_KEYS = 20


class Command(BaseCommand):
    help = (
        "Compare each row of each tracked model with the newest of its history, and list those that differ: they were "
        "written by raw SQL, fixtures or another program. Exit status 1 when there are any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        models = tracked_models()
        differing = sum(self._tell(drift_of(model)) for model in models)
        if differing:
            raise CommandError(
                ngettext(
                    "%(count)d row is not what its history says. Find out who wrote it; `manage.py record_baseline` "
                    "then takes it in as it is.",
                    "%(count)d rows are not what their history says. Find out who wrote them; `manage.py "
                    "record_baseline` then takes them in as they are.",
                    differing,
                )
                % {"count": differing}
            )
        self.stdout.write(
            _("All is well: each row of %(count)d models is what its history says.") % {"count": len(models)}
        )

    def _tell(self, found: list[Drift]) -> int:
        by_kind = defaultdict(list)
        for each in found:
            by_kind[each.kind].append(each.key)
        words = {
            "unrecorded": _("without history"),
            "changed": _("changed without history"),
            "vanished": _("gone without history"),
        }
        for kind, keys in by_kind.items():
            shown = ", ".join(str(key) for key in sorted(keys)[:SHOWN_KEYS])
            more = _(" and %(count)d more") % {"count": len(keys) - SHOWN_KEYS} if len(keys) > SHOWN_KEYS else ""
            self.stdout.write(f"{found[0].model}, {words[kind]}: {shown}{more}")
        return len(found)
