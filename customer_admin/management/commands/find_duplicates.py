"""Looks through all customers for those who may be the same."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from customer_admin.operations import SYSTEM, find_duplicates


class Command(BaseCommand):
    help = (
        "Look through all customers for those who may be the same, and keep the pairs for the report of possible "
        "duplicates. What somebody decided about pairs stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        search = find_duplicates(actor=SYSTEM, told=self._tell)
        assert search is not None
        self.stdout.write(
            _("%(customers)d customers looked at, %(pairs)d pairs that may be the same.")
            % {"customers": search.customers, "pairs": search.pairs}
        )

    def _tell(self, done: float) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done:4.0%}", ending="\n" if done >= 1 else "")
            self.stdout.flush()
