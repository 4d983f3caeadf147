"""Downloads of customers as CSV and XLSX: of what the list shows, and of what is selected in it."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from customer_admin.permissions import may
from customer_admin.selectors.customer_exports import customer_columns, rows_of
from customer_admin.views.filters import StrictFiltersMixin
from customer_admin.views.spreadsheets import spreadsheet

from .bulk.selection import keys_of

logger = logging.getLogger("customer_admin.exports")
"""Who took which customers out of the house: a line for each download."""


def export_of(request: HttpRequest, customers: QuerySet, ending: str) -> HttpResponseBase:
    """A file of these customers, in this order, with what the person may see of them."""
    columns = customer_columns(request.user)
    return spreadsheet(ending, "customers", columns, rows_of(columns, _noted(request, customers, ending)))


def _noted(request: HttpRequest, customers: QuerySet, ending: str) -> Iterator[int]:
    """The keys of the customers, read when the first of them is wanted, and who wants them is in the log by then."""
    keys, user = keys_of(customers), request.user
    query = request.META.get("QUERY_STRING", "")
    logger.info(
        "User %s (%r) exported %d customers as %s: %.2000r", user.pk, user.get_username(), len(keys), ending, query
    )
    yield from keys


class CustomerExportMixin(StrictFiltersMixin):
    """Wagtail's menu for downloads, which leads to `export_of` for those who may export."""

    is_export: bool

    @cached_property
    def show_export_buttons(self) -> bool:
        return may(self.request.user, "export_customer")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export:
            return super().get(request, *args, **kwargs)  # type: ignore[misc]
        if not self.show_export_buttons:
            raise PermissionDenied
        refusal = self.refuse_unreadable()
        return refusal or export_of(request, self.get_queryset(), request.GET["export"])  # type: ignore[attr-defined]
