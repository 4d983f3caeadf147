"""The report "Changes": over everything, newest first, with a plot over time and a spreadsheet of what is found."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from customer_admin.files.rejects import harmless
from customer_admin.models import ChangeSet
from customer_admin.selectors.change_counts import counts_over_time
from customer_admin.selectors.change_lines import Line, lines_of
from customer_admin.selectors.touched import touched_in_words
from customer_admin.views.plots import Plot

from .access import AuditMixin
from .columns import ActorColumn, ReasonColumn, TouchedColumn, WhenColumn
from .filters import ReportFilterSet
from .paging import BoundedPaginator
from .plot import plot_of_changes

ROWS_OF_A_SHEET = 1_048_576
"""More than these a spreadsheet program doesn't open."""


class ChangesReportView(AuditMixin, ReportView):
    model = ChangeSet
    page_title = _("Changes")
    header_icon = "history"
    index_url_name = "customer_admin_changes:index"
    index_results_url_name = "customer_admin_changes:index_results"
    results_template_name = "customer_admin/changes/report_results.html"
    filterset_class = ReportFilterSet
    paginator_class = BoundedPaginator
    default_ordering = "-closed"
    is_searchable = True
    search_fields = ["reason", "actor_label"]
    verbose_name_plural = ChangeSet._meta.verbose_name_plural
    table_classname = "listing customer-admin-changes"
    list_export = list(Line.__dataclass_fields__)
    export_headings = {
        "when": _("When"),
        "person": _("Person"),
        "acting_as": _("Acting as"),
        "kind": _("Kind"),
        "reason": _("Reason"),
        "source": _("From"),
        "number": _("Change no."),
        "record_type": _("Record type"),
        "record": _("Record"),
        "customers": _("Customer numbers"),
        "change": _("What happened"),
        "field": _("Field"),
        "before": _("Before"),
        "after": _("After"),
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [
            WhenColumn("created_at", label=_("When"), width="14%"),
            ActorColumn("actor_label", label=_("Who"), width="20%", list_url=self.index_url),
            ReasonColumn("kind", label=_("What and why"), width="30%"),
            TouchedColumn("touched_in_words", label=_("Records and fields")),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            self.export_headings = {name: str(heading) for name, heading in self.export_headings.items()}
            lines = in_this_language(lines_of(self.get_queryset()))
            return self.as_spreadsheet(lines, request.GET["export"])
        return super().get(request, *args, **kwargs)

    def get_filtered_queryset(self) -> Any:
        return self.get_queryset()

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        answer = super().paginate_queryset(queryset, page_size)
        self.found = answer[0].found
        return answer

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        for change_set in object_list:
            change_set.touched_in_words = list(touched_in_words(change_set))
        return object_list

    @cached_property
    def plot(self) -> Plot:
        """The changes that were found, over the days that are asked for."""
        days = self.filters.form.cleaned_data.get("created_at") if self.filters.is_valid() else None
        first = days.start.date() if days and days.start else None
        last = days.stop.date() if days and days.stop else None
        return plot_of_changes(counts_over_time(self.found, first, last))

    def get_filename(self) -> str:
        return f"changes-{timezone.localdate():%Y-%m-%d}"

    def get_heading(self, queryset: Any, field: str) -> str:
        return str(self.export_headings[field])

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None, microsecond=0)
            return value if export_format == self.FORMAT_XLSX else f"{value:%Y-%m-%d %H:%M:%S}"
        if not isinstance(value, str):
            return value
        return harmless(ILLEGAL_CHARACTERS_RE.sub("", value) if export_format == self.FORMAT_XLSX else value)

    def write_xlsx(self, queryset: Any, output: Any) -> None:
        super().write_xlsx(_fitting(queryset), output)


def in_this_language(lines: Iterator[Line]) -> Iterator[Line]:
    """`lines` made in the language and time zone of the request, also when they are sent after it has ended."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    while True:
        with translation.override(language), timezone.override(zone):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _fitting(lines: Iterator[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines, start=2):
        if number == ROWS_OF_A_SHEET:
            said = _("A sheet holds no more rows. Download the CSV file, or narrow the filters.")
            empty: dict[str, Any] = dict.fromkeys(Line.__dataclass_fields__, "")
            yield Line(**{**empty, "when": line.when, "reason": str(said)})
            return
        yield line
