"""What lists with filters have in common: days that a database can hold, and nothing shown for what makes no sense."""

import datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import DateRangeField
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget


class DaysField(DateRangeField):
    """From one day to another, of years that every database can hold in every time zone."""

    def compress(self, data_list: list[datetime.date | None]) -> Any:
        days = [day for day in data_list or () if day]
        if any(not 1900 <= day.year <= 2200 for day in days):
            raise ValidationError(_("Enter days between 1900 and 2200."), code="invalid")
        if days != sorted(days):
            raise ValidationError(_("The last day is before the first one. Change one of the two."), code="invalid")
        return super().compress(data_list)


class DaysFilter(django_filters.DateFromToRangeFilter):
    field_class = DaysField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": DateRangePickerWidget, **kwargs})


class StrictFiltersMixin:
    """For a list: a filter that can't be understood is named, and nothing is shown.

    Wagtail's own leave it out, which shows, exports and selects more than was asked for.
    """

    request: HttpRequest
    filters: Any
    nothing_shown: Any = gettext_lazy("Nothing is shown, since one of the filters can't be understood.")

    @cached_property
    def filter_errors(self) -> list[tuple[str, list[str]]]:
        """What can't be understood of the filters, by their labels."""
        if not self.filters or self.filters.is_valid():
            return []
        form = self.filters.form
        return [(form[name].label if name in form.fields else "", errors) for name, errors in form.errors.items()]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.none() if self.filter_errors else super().filter_queryset(queryset)  # type: ignore[misc]

    @cached_property
    def no_results_message(self) -> Any:
        return self.nothing_shown if self.filter_errors else super().no_results_message  # type: ignore[misc]

    def refuse_unreadable(self) -> HttpResponse | None:
        """For a download: back to the list, which says what is wrong with which filter; None when all is well."""
        if not self.filter_errors:
            return None
        messages.error(self.request, _("One of the filters can't be read. Correct it, then download anew."))
        query = self.request.GET.copy()
        del query["export"]
        return redirect(f"{self.index_url}?{query.urlencode()}")  # type: ignore[attr-defined]
