"""The list of customers: its columns and search. Its filters, pages and menus have modules of their own."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView

from customer_admin.models.keys import storable
from customer_admin.permissions import may
from customer_admin.selectors.added_columns import added_columns_for
from customer_admin.selectors.customer_list import BY_NAME, ORDERINGS
from customer_admin.selectors.customer_numbers import Numbered, merged_account_numbered, search_customers
from customer_admin.selectors.customers import customers_for_listing

from .bulk.bar import BulkBarMixin
from .customer_columns import AddedByHostColumn, TickColumn
from .customer_exports import CustomerExportMixin
from .customer_menus import CustomerMenusMixin
from .customer_pages import (
    AllCustomersPaginator,
    CustomerPaginator,
    FilteredCustomersPaginator,
    SearchedCustomersPaginator,
)

NEEDED = {"login_status": "view_portallogin", "last_order_at": "view_order"}
"""What a person needs to see these columns."""


class CustomerIndexView(CustomerMenusMixin, CustomerExportMixin, BulkBarMixin, IndexView):
    """The list of customers: by name, which an index serves, and searched by any part of any word."""

    any_permission_required = ["view"]
    is_searchable = True
    table_classname = "listing customer-admin-listing"
    default_ordering = BY_NAME
    nothing_shown = _("Nobody is shown, since one of the filters can't be understood.")

    @cached_property
    def columns(self) -> list[Column]:
        columns = [TickColumn.like(column) for column in super().columns if column.name not in self.hidden]
        (name,) = (column for column in columns if column.name == "display_name")
        name.sort_key = BY_NAME
        return [*columns, *map(AddedByHostColumn, added_columns_for(self.request.user))]

    @cached_property
    def hidden(self) -> set[str]:
        """The columns that this person may not see."""
        return {name for name, permission in NEEDED.items() if not may(self.request.user, permission)}

    def get_base_queryset(self) -> QuerySet:
        return customers_for_listing()

    def get_valid_orderings(self) -> list[str]:
        return [ordering for ordering in ORDERINGS if ordering.removeprefix("-") not in self.hidden]

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.order_by(*ORDERINGS[self.ordering])

    @cached_property
    def search_query(self) -> str:
        return storable(self.request.GET.get(self.search_kwarg, "")).strip()

    def get_search_form(self) -> Any:
        form = super().get_search_form()
        # Who opens the list looks for somebody, and types at once.
        form.fields[self.search_kwarg].widget.attrs["autofocus"] = True
        return form

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return search_customers(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def merged_account(self) -> Numbered | None:
        """The merged account whose number is searched for: the one that stayed is found instead."""
        return merged_account_numbered(self.search_query) if self.is_searching else None

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether fewer than all customers are asked for."""
        return bool(self.is_searching or self.is_filtering or self.filter_errors)

    def get_paginator(self, queryset: QuerySet, per_page: int, **kwargs: Any) -> CustomerPaginator:
        if self.is_searching or self.filters.looks_into_texts:
            return SearchedCustomersPaginator(queryset, per_page, ordering=self.ordering, **kwargs)
        pages = FilteredCustomersPaginator if self.is_narrowed else AllCustomersPaginator
        return pages(queryset, per_page, ordering=self.ordering, **kwargs)

    @cached_property
    def no_results_message(self) -> Any:
        if self.filter_errors:
            return self.nothing_shown
        if self.is_narrowed:
            return _("No customers match. Check the spelling, or remove a filter.")
        return _("No customers yet.")
