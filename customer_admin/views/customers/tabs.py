"""What a tab of the customer page is, and which there are. Hosts add their own by the same hook as this app."""

from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail import hooks
from wagtail.admin.ui.tables import Column, Table

from customer_admin.models import Customer
from customer_admin.permissions import may

HOOK = "register_customer_tab"


class CustomerTab:
    """One tab of the customer page, made for one customer and one request.

    `name` is its place in the address and unique; `label` is read on it; tabs stand by `order`. `permission` is what a
    person needs to see it: a codename of this app ("view_order") or that of another app ("shop.view_parcel").
    Subclasses give a `template_name` and what it shows by `get_context_data`. The tab is loaded when it is opened, and
    has an address of its own. Register the class itself: `hooks.register("register_customer_tab", ParcelsTab)`.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    order: ClassVar[int] = 1000
    permission: ClassVar[str] = "view_customer"
    template_name: ClassVar[str]

    def __init__(self, request: HttpRequest, customer: Customer) -> None:
        self.request = request
        self.customer = customer

    def is_shown(self) -> bool:
        """Whether this person may see the tab. Nothing else of it is asked when not."""
        if "." in self.permission:
            return self.request.user.has_perm(self.permission)
        return may(self.request.user, self.permission)

    def get_label(self) -> str:
        """What is read on the tab of this customer."""
        return str(self.label)

    def get_context_data(self) -> dict[str, Any]:
        """What the template is given, besides `tab`, `customer` and `request`."""
        return {}

    @cached_property
    def url(self) -> str:
        """The address of the whole page with this tab open."""
        return reverse(f"{Customer.snippet_viewset.url_namespace}:tab", args=[self.customer.pk, self.name])

    @cached_property
    def panel_url(self) -> str:
        """The address of what stands in the tab alone."""
        return reverse(f"{Customer.snippet_viewset.url_namespace}:tab_panel", args=[self.customer.pk, self.name])


class ListTab(CustomerTab):
    """A tab that is a table, in pages. Subclasses answer `get_queryset` and `columns`.

    A template that extends "customer_admin/customers/list_tab.html" can put something before and after the table.
    """

    template_name = "customer_admin/customers/list_tab.html"
    paginate_by: ClassVar[int] = 20
    default_ordering: ClassVar[str] = ""
    empty_text: ClassVar[Any] = ""
    table_classname: ClassVar[str] = "listing"

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
        return Paginator(rows, self.paginate_by).get_page(self.request.GET.get("p"))

    def get_context_data(self) -> dict[str, Any]:
        page = self.page
        table = Table(
            self.columns, page.object_list, base_url=self.url, ordering=self.ordering, classname=self.table_classname
        )
        numbers = page.paginator.get_elided_page_range(page.number)
        return {"table": table, "page": page, "elided_page_range": numbers, "empty_text": self.empty_text}


def tabs_of(request: HttpRequest, customer: Customer) -> list[CustomerTab]:
    """The tabs of this customer that this person may see, in their order."""
    registered = sorted(hooks.get_hooks(HOOK), key=lambda tab: tab.order)
    return [tab for tab in (kind(request, customer) for kind in registered) if tab.is_shown()]
