"""What screens about one customer have in common: who may, whose it is, and the way back to the customer's page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin.models import Customer
from customer_admin.permissions import may

from .tabs import page_url, tabs_of


def customer_url(user: Any, customer: Customer, tab: str = "") -> str:
    """The page of the customer for those who may see it, else the list."""
    if may(user, "view_customer"):
        return page_url(customer, tab)
    return reverse(Customer.snippet_viewset.get_url_name("list"))


class CustomerScreenMixin(WagtailAdminTemplateMixin):
    """A screen below the page of a customer: asks for each of `permissions`, finds the customer, leads back.

    `tab` names the tab to which it belongs, and to which `back_url` leads; "" is the page as it opens.
    """

    permissions: tuple[str, ...] = ()
    tab = ""
    header_icon = "group"
    index_url_name = ""
    breadcrumbs_items: list[dict[str, Any]] = []
    _show_breadcrumbs = True
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(may(request.user, permission) for permission in self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer.objects.select_related("site", "customer_class"), pk=self.kwargs["pk"])

    @cached_property
    def customer_url(self) -> str:
        return customer_url(self.request.user, self.customer)

    @cached_property
    def back_url(self) -> str:
        """The tab of the customer's page where this screen was opened."""
        return customer_url(self.request.user, self.customer, self.tab)

    def get_page_subtitle(self) -> str:
        return str(self.customer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))},
            {"url": self.customer_url, "label": str(self.customer)},
        ]
        tabs = [tab for tab in tabs_of(self.request, self.customer) if tab.name == self.tab] if self.tab else []
        items += ({"url": tab.url, "label": tab.get_label()} for tab in tabs)
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=self.customer, back_url=self.back_url, **kwargs)
