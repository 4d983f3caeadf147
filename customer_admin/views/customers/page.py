"""The customer page: what a clerk needs in one look, and tabs that load when they are opened."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import InspectView

from customer_admin.models import AccountNote, Customer
from customer_admin.selectors.alerts import alerts_of

from .tabs import CustomerTab, tabs_of


class CustomerPageView(InspectView):
    """The page with one of its tabs open: the one in the address, else the first."""

    page_title = _("Details")
    template_name = "customer_admin/customers/page.html"
    history_url_name = None

    def get_object(self, queryset: Any = None) -> Customer:
        return get_object_or_404(Customer.objects.select_related("customer_class", "site"), pk=self.pk)

    @cached_property
    def tabs(self) -> list[CustomerTab]:
        return tabs_of(self.request, self.object)

    @cached_property
    def tab(self) -> CustomerTab | None:
        """The open tab; 404 for one that is not there or not for this person."""
        name = self.kwargs.get("tab")
        if name is None:
            return self.tabs[0] if self.tabs else None
        return next((tab for tab in self.tabs if tab.name == name), None) or _no_such_tab()

    @cached_property
    def alerts(self) -> list[AccountNote]:
        return alerts_of(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        name = str(self.object)
        customers = capfirst(str(Customer._meta.verbose_name_plural))
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": customers},
            {"url": "", "label": self.get_page_title(), "sublabel": name},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        own = {"customer": self.object, "tabs": self.tabs, "tab": self.tab, "alerts": self.alerts}
        return {**context, **own, **(self.tab.get_context_data() if self.tab else {})}

    def get_fields_context(self) -> list[dict[str, Any]]:
        return []


class TabPanelView(CustomerPageView):
    """What stands in one tab, for the page that loads it."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return TemplateResponse(self.request, [context["tab"].template_name], context)


def _no_such_tab() -> CustomerTab:
    raise Http404(_("There is no such tab."))


def page_url(customer: Customer, tab: str = "") -> str:
    """The address of the customer's page, with a tab open if one is named."""
    namespace = Customer.snippet_viewset.url_namespace
    name, args = ("tab", [customer.pk, tab]) if tab else ("inspect", [customer.pk])
    return reverse(f"{namespace}:{name}", args=args)
