"""The History view of a snippet: its change sets, each with who, when, why and the values before and after."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import HistoryView

from customer_admin.models import ChangeSet, Customer
from customer_admin.permissions import may
from customer_admin.selectors.timelines import (
    Told,
    change_sets_of_customer,
    change_sets_of_row,
    changes_for_customer,
    changes_for_row,
)
from customer_admin.views.changes.columns import ActorColumn, ChangesColumn, WhenColumn
from customer_admin.views.changes.filters import TimelineFilterSet
from customer_admin.views.changes.links import compare_url
from customer_admin.views.changes.paging import BoundedPaginator
from customer_admin.views.customers.tabs import page_url
from customer_admin.views.filters import StrictFiltersMixin


class RecordHistoryView(StrictFiltersMixin, HistoryView):
    """Lists change sets instead of Wagtail's log, which knows neither values nor what came from elsewhere."""

    any_permission_required = ["view"]
    filterset_class = TimelineFilterSet
    paginator_class = BoundedPaginator
    results_template_name = "customer_admin/changes/listing_results.html"
    verbose_name_plural = _("changes")
    default_ordering = None
    is_searchable = True
    search_fields = ["reason"]
    table_classname = "listing customer-admin-changes"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "view_changeset"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def customer(self) -> Customer | None:
        return self.object if isinstance(self.object, Customer) else None

    @cached_property
    def columns(self) -> list[Column]:
        owner = self.customer or getattr(self.object, "customer", None)
        return [
            WhenColumn("created_at", label=_("When"), width="14%"),
            ActorColumn("actor_label", label=_("Who"), width="18%"),
            ChangesColumn("changes", label=_("What"), customer=owner),
        ]

    @cached_property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.user_has_permission("change") else []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = compare_url(self.request.user, type(self.object), self.object.pk)
        return [Button(_("Compare versions"), url=url, icon_name="history")] if url else []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        if self.customer is None:
            return items
        path = [item for item in items[:-1] if item["url"] != self.get_edit_url(self.object)]
        return [*path, {"url": page_url(self.customer), "label": str(self.customer)}, items[-1]]

    def get_base_queryset(self) -> QuerySet[ChangeSet]:
        return change_sets_of_customer(self.customer) if self.customer else change_sets_of_row(self.object)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "customer": self.customer}

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        change_sets = list(context["object_list"])
        if self.customer:
            told = changes_for_customer(change_sets, self.customer)
        else:
            told = changes_for_row(change_sets, self.object)
        for change_set in change_sets:
            change_set.told = told.get(change_set.pk, Told())
        context["table"] = self.get_table(change_sets)
        return context
