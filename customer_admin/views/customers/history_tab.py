"""The tab "History": what touched the customer, newest first. Filters are on the History page, to which it leads."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from customer_admin.models import ChangeSet, Customer
from customer_admin.selectors.timelines import Told, change_sets_of_customer, changes_for_customer
from customer_admin.views.changes.columns import ActorColumn, ChangesColumn, WhenColumn
from customer_admin.views.changes.paging import BoundedPaginator

from .tabs import ListTab


class HistoryTab(ListTab):
    name = "history"
    label = _("History")
    order = 900
    permission = "view_changeset"
    template_name = "customer_admin/customers/history_tab.html"
    paginator_class = BoundedPaginator
    empty_text = _("Nothing was changed yet.")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            WhenColumn("created_at", label=_("When"), width="14%"),
            ActorColumn("actor_label", label=_("Who"), width="18%"),
            ChangesColumn("changes", label=_("What"), customer=self.customer),
        ]

    def get_queryset(self) -> QuerySet[ChangeSet]:
        return change_sets_of_customer(self.customer)

    def get_context_data(self) -> dict[str, Any]:
        change_sets = list(self.page.object_list)
        told = changes_for_customer(change_sets, self.customer)
        for change_set in change_sets:
            change_set.told = told.get(change_set.pk, Told())  # type: ignore[attr-defined]
        self.page.object_list = change_sets
        url = reverse(Customer.snippet_viewset.get_url_name("history"), args=[self.customer.pk])
        return {**super().get_context_data(), "history_url": url}
