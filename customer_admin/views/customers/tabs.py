"""What a tab of the customer page is, and which there are. Hosts add their own by the same hook as this app."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, Table

from customer_admin.models import Customer
from customer_admin.views.stacked_tables import StackedTable

from .parts import PagePart, parts_of

HOOK = "register_customer_tab"


class CustomerTab(PagePart):
    """One tab of the customer page. Its `name` is its place in the address, and its `label` is read on it.

    The tab is loaded when it is opened, and has an address of its own. Register the class itself:
    `hooks.register("register_customer_tab", ParcelsTab)`.
    """

    called = "tab"

    @cached_property
    def url(self) -> str:
        """The address of the whole page with this tab open."""
        return page_url(self.customer, self.name)

    @cached_property
    def panel_url(self) -> str:
        """The address of what stands in the tab alone."""
        return reverse(Customer.snippet_viewset.get_url_name("tab_panel"), args=[self.customer.pk, self.name])


class ListTab(CustomerTab):
    """A tab that is a table, in pages. Subclasses answer `get_queryset` and `columns`.

    A template that extends "customer_admin/customers/list_tab.html" can put something before and after the table.
    """

    template_name = "customer_admin/customers/list_tab.html"
    paginate_by: ClassVar[int] = 20
    default_ordering: ClassVar[str] = ""
    empty_text: ClassVar[Any] = ""
    table_classname: ClassVar[str] = StackedTable.classname

    paginator_class: ClassVar[type[Paginator]] = WagtailPaginator

    @cached_property
    def columns(self) -> list[Column]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """The rows in the order in which they are shown when no other is asked for."""
        raise NotImplementedError

    @cached_property
    def ordering(self) -> str:
        """The sort that the address asks for, when a column offers it."""
        asked = self.request.GET.get("ordering", "")
        offered = {column.sort_key for column in self.columns if column.sort_key}
        return asked if asked.removeprefix("-") in offered else self.default_ordering

    @cached_property
    def page(self) -> Page[Any]:
        """The rows that are shown; a page that is not there is the nearest one."""
        rows = self.get_queryset()
        if self.ordering and self.ordering != self.default_ordering:
            rows = rows.order_by(self.ordering, "-pk")
        paginator = self.paginator_class(rows, self.paginate_by)
        return paginator.get_page(self.request.GET.get("p"))

    def get_table(self, rows: Sequence[Any]) -> Table:
        more = {"base_url": self.url, "ordering": self.ordering, "classname": self.table_classname}
        return StackedTable(self.columns, rows, **more)

    def get_context_data(self) -> dict[str, Any]:
        page = self.page
        numbers = page.paginator.get_elided_page_range(page.number)
        table = self.get_table(page.object_list)
        return {"table": table, "page": page, "elided_page_range": numbers, "empty_text": self.empty_text}


def page_url(customer: Customer, tab: str = "") -> str:
    """The address of the customer's page, with a tab open if one is named."""
    name, args = ("tab", [customer.pk, tab]) if tab else ("inspect", [customer.pk])
    return reverse(Customer.snippet_viewset.get_url_name(name), args=args)


def tabs_of(request: HttpRequest, customer: Customer) -> list[CustomerTab]:
    """The tabs of this customer that this person may see, in their order."""
    return parts_of(HOOK, request, customer)
