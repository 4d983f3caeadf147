"""The History view of a snippet: its change sets, each with who, when, why and the values before and after."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import HistoryView

from customer_admin.models import ActorKind, ChangeSet, ChangeSetKind, Customer
from customer_admin.permissions import may
from customer_admin.selectors.changes import (
    change_sets_of_customer,
    change_sets_of_row,
    changes_for_customer,
    changes_for_row,
)


class ChangeSetFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=ChangeSetKind.choices, widget=CheckboxSelectMultiple
    )
    actor_kind = django_filters.MultipleChoiceFilter(
        label=_("Acting as"), choices=ActorKind.choices, widget=CheckboxSelectMultiple
    )
    created_at = django_filters.DateFromToRangeFilter(label=_("Date"), widget=DateRangePickerWidget)

    class Meta:
        model = ChangeSet
        fields: list[str] = []


class RecordHistoryView(HistoryView):
    """Lists change sets instead of Wagtail's log, which knows neither values nor what came from elsewhere."""

    any_permission_required = ["view", "add", "change", "delete"]
    filterset_class = ChangeSetFilterSet
    verbose_name_plural = _("changes")
    default_ordering = "-closed"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "view_changeset"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            WhenColumn("created_at", label=_("When"), width="14%"),
            ActorColumn("actor_label", label=_("Who"), width="18%"),
            ChangesColumn("changes", label=_("What")),
        ]

    @cached_property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.user_has_permission("change") else []

    def get_base_queryset(self) -> models.QuerySet[ChangeSet]:
        if isinstance(self.object, Customer):
            return change_sets_of_customer(self.object)
        return change_sets_of_row(self.object)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        change_sets = list(context["object_list"])
        if isinstance(self.object, Customer):
            changes = changes_for_customer(change_sets, self.object)
        else:
            changes = changes_for_row(change_sets, self.object)
        for change_set in change_sets:
            change_set.changes = changes.get(change_set.pk, [])
        context["table"] = self.get_table(change_sets)
        return context


class WhenColumn(Column):
    cell_template_name = "customer_admin/history/when_cell.html"


class ActorColumn(Column):
    cell_template_name = "customer_admin/history/actor_cell.html"


class ChangesColumn(Column):
    cell_template_name = "customer_admin/history/changes_cell.html"
