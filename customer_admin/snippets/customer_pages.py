"""Pages of the list of customers, at a cost that does not grow with their number.

How many there are is said as far as it is known: "about 1,000,000" of all, and "over 1,000" of those that were found.
"""

from typing import Any

from django.core.paginator import Page
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

from customer_admin.models import Customer
from customer_admin.selectors.customer_list import (
    count_up_to,
    estimate_of_living,
    keys_of_all,
    keys_of_few,
    keys_of_found,
    keys_of_many,
    keys_up_to,
    rows_of,
)

COUNTED = 1000
"""So many customers are counted beyond the page that is shown, when a search or a filter is on."""

LAST_PAGE = 1_000_000


class CustomerPaginator(WagtailPaginator):
    """Asks for the keys of a page first, and then for its rows."""

    shown = 1
    is_cut_off = False

    def __init__(self, *args: Any, ordering: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ordering = ordering

    def get_page(self, number: Any) -> Page:
        try:
            self.shown = min(max(int(number), 1), LAST_PAGE)
        except (TypeError, ValueError):
            self.shown = 1
        return super().get_page(self.shown)

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.keys(start, min(start + self.per_page, self.count))
        return self._get_page(rows_of(keys), number, self)

    def keys(self, start: int, stop: int) -> list[int]:
        raise NotImplementedError

    @property
    def count_in_words(self) -> str:
        return number_format(self.count, force_grouping=True)

    @property
    def items_count_label(self) -> str:
        return f"{self.count_in_words} {self.verbose_name if self.count == 1 else self.verbose_name_plural}"


class AllCustomersPaginator(CustomerPaginator):
    """Of everybody, as many as the database thinks there are. Where that matters, they are counted."""

    def get_page(self, number: Any) -> Page:
        page = super().get_page(number)
        if self.is_estimated and (len(page) < self.per_page or page.number * 2 > self.num_pages):
            self.is_estimated = False
            del self.count, self.num_pages
            page = super().get_page(number)
        return page

    def keys(self, start: int, stop: int) -> list[int]:
        if self.is_estimated and start * 2 > self.count:
            return []  # They will be counted, and then the end is nearer.
        return keys_of_all(self.ordering, start, stop, None if self.is_estimated else self.count)

    @cached_property
    def is_estimated(self) -> bool:
        return self._estimate is not None

    @cached_property
    def _estimate(self) -> int | None:
        return estimate_of_living()

    @cached_property
    def count(self) -> int:
        return self._estimate if self.is_estimated else Customer.objects.count()

    @property
    def count_in_words(self) -> str:
        if not self.is_estimated:
            return super().count_in_words
        digits = len(str(self.count)) - 3  # Three of them are as much as is known.
        return _("about %(count)s") % {"count": number_format(round(self.count, -digits), force_grouping=True)}


class FilteredCustomersPaginator(CustomerPaginator):
    """Of those who were filtered: counted as far as it takes to lead on."""

    @cached_property
    def bound(self) -> int:
        return (self.shown - 1) * self.per_page + COUNTED

    @cached_property
    def few(self) -> list[int] | None:
        """The keys of all that were found, if those are few enough to be sorted by the way."""
        if self.bound >= 2 * COUNTED:
            return None
        keys = keys_up_to(self.object_list, self.bound + 1)
        return keys if len(keys) <= self.bound else None

    @cached_property
    def counted(self) -> int:
        if self.few is not None:
            return len(self.few)
        if self.bound < 2 * COUNTED:
            return self.bound + 1
        return count_up_to(self.object_list, self.bound + 1)

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.bound)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more than were counted."""
        return self.counted > self.bound

    def keys(self, start: int, stop: int) -> list[int]:
        if self.few is not None:
            return keys_of_few(self.few, self.ordering, start, stop)
        return keys_of_many(self.object_list, self.ordering, start, stop)

    @property
    def count_in_words(self) -> str:
        words = super().count_in_words
        return _("over %(count)s") % {"count": words} if self.is_bounded else words


class SearchedCustomersPaginator(FilteredCustomersPaginator):
    """Of those whose texts fit: up to the bound, and no further pages than that."""

    bound = COUNTED
    is_cut_off = True

    @cached_property
    def found(self) -> tuple[list[int], int | None]:
        start = (self.shown - 1) * self.per_page
        return keys_of_found(self.object_list, self.ordering, start, start + self.per_page, self.bound)

    @cached_property
    def counted(self) -> int:
        counted = self.found[1]
        if counted is None:  # The page is beyond the last one.
            counted = count_up_to(self.object_list, self.bound + 1)
            self.shown = max(min(self.shown, -(-min(counted, self.bound) // self.per_page)), 1)
            del self.found
        return counted

    def keys(self, start: int, stop: int) -> list[int]:
        return self.found[0][: stop - start]
