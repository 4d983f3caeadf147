"""Pages of lists that are too long to be counted."""

from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

COUNTED = 1000
"""So many items are counted beyond the page that is shown."""

LAST_PAGE = 1_000_000


class BoundedPaginator(WagtailPaginator):
    """Counts no more than it takes to lead on. Beyond that, it says "over 1,000".

    When everything that was asked for is within the bound, it goes on with the keys alone: PostgreSQL would otherwise
    walk the whole order to find the few that fit. `found` is what to ask further questions of.
    """

    shown = 1

    def get_page(self, number: Any) -> Page:
        try:
            self.shown = min(max(int(number), 1), LAST_PAGE)
        except (TypeError, ValueError, OverflowError):
            self.shown = 1
        if self.bound < 2 * COUNTED:
            keys = list(self.object_list.order_by().values_list("pk", flat=True)[: self.bound + 1])
            self._counted = len(keys)
            if not self.is_bounded:
                self.object_list = self.object_list.filter(pk__in=keys)
        return super().get_page(self.shown)

    @property
    def found(self) -> QuerySet:
        return self.object_list

    @cached_property
    def bound(self) -> int:
        return (self.shown - 1) * self.per_page + COUNTED

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.bound)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more items than were counted."""
        return self._counted > self.bound

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: self.bound + 1].count()

    @property
    def items_count_label(self) -> str:
        if not self.is_bounded:
            return super().items_count_label
        return _("over %(count)s %(items)s") % {
            "count": number_format(self.count, force_grouping=True),
            "items": self.verbose_name_plural,
        }
