"""The report "Changes": over everything, newest first, with a plot over time and a spreadsheet of what is found."""

from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from customer_admin.files.cells import Column as ExportColumn
from customer_admin.files.cells import Kind
from customer_admin.models import ChangeSet
from customer_admin.selectors.change_counts import counts_over_time
from customer_admin.selectors.change_lines import lines_of
from customer_admin.selectors.touched import touched_in_words
from customer_admin.views.filters import StrictFiltersMixin
from customer_admin.views.plots import Plot
from customer_admin.views.spreadsheets import spreadsheet

from .access import AuditMixin
from .columns import ActorColumn, ReasonColumn, TouchedColumn, WhenColumn
from .filters import ReportFilterSet
from .paging import BoundedPaginator
from .plot import plot_of_changes

HEADINGS = {
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
"""What the spreadsheet calls the fields of a `Line`."""

KINDS = {"when": Kind.MOMENT, "number": Kind.NUMBER}


class ChangesReportView(AuditMixin, StrictFiltersMixin, ReportView):
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
    list_export = list(HEADINGS)

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
            if refusal := self.refuse_unreadable():
                return refusal
            columns = [ExportColumn(str(label), KINDS.get(name, Kind.TEXT)) for name, label in HEADINGS.items()]
            lines = map(attrgetter(*HEADINGS), lines_of(self.get_queryset()))
            return spreadsheet(request.GET["export"], "changes", columns, lines)
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
