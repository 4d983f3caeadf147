"""The customer page: what a clerk needs in one look, and tabs that load when they are opened."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import InspectView

from customer_admin.models import Customer
from customer_admin.permissions import may, may_merge
from customer_admin.selectors.alerts import alerts_about
from customer_admin.selectors.deletions import deletion_of
from customer_admin.selectors.duplicates.pairs import open_pairs_of
from customer_admin.views.changes.links import change_set_url
from customer_admin.views.duplicates.report import report_url
from customer_admin.views.merges.accounts import merge_url
from customer_admin.views.merges.interrupted import waiting_for

from .parts import CustomerPanel, parts_of
from .summary import summary_of
from .tabs import CustomerTab, tabs_of


class CustomerPageView(InspectView):
    """The page with one of its tabs open: the one in the address, else the first."""

    page_title = _("Details")
    template_name = "customer_admin/customers/page.html"
    any_permission_required = ["view"]
    history_url_name = None
    object: Customer | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        try:
            super().setup(request, *args, **kwargs)
        except Http404:
            self.object = None  # Told by `get`, once it is clear that this person may see customers.

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object is None:
            return self.tell_who_is_gone()
        return super().get(request, *args, **kwargs)

    def get_object(self, queryset: Any = None) -> Customer:
        customers = Customer.objects.select_related("customer_class", "site", "portal_login__user")
        return get_object_or_404(customers, pk=self.pk)

    def tell_who_is_gone(self) -> HttpResponse:
        """A page that says what became of the customer, for those who follow an old link."""
        if Customer.all_objects.filter(pk=self.pk).exists():
            raise Http404  # An address of a merged account leads on by itself.
        deletion = deletion_of(self.pk) if may(self.request.user, "view_changeset") else None
        context = {
            "deletion": deletion,
            "deletion_url": change_set_url(self.request.user, deletion) if deletion is not None else "",
            "list_url": reverse(self.index_url_name),
            "breadcrumbs_items": [*self.breadcrumbs_items, self._list_crumb, {"url": "", "label": _("Not found")}],
            "header_title": _("Not found"),
            "header_icon": self.header_icon,
        }
        return TemplateResponse(self.request, "customer_admin/customers/gone.html", context, status=404)

    @cached_property
    def tabs(self) -> list[CustomerTab]:
        return tabs_of(self.request, self.object)

    @cached_property
    def panels(self) -> list[CustomerPanel]:
        return parts_of("register_customer_panel", self.request, self.object)

    @cached_property
    def tab(self) -> CustomerTab | None:
        """The open tab; 404 for one that is not there or not for this person."""
        name = self.kwargs.get("tab")
        if name is None:
            return self.tabs[0] if self.tabs else None
        return next((tab for tab in self.tabs if tab.name == name), None) or _no_such_tab()

    @cached_property
    def summary(self) -> dict[str, Any]:
        return summary_of(self.object, self.request.user)

    @property
    def _list_crumb(self) -> dict[str, Any]:
        return {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": str(self.object), "sublabel": self.get_page_title()}
        return [*self.breadcrumbs_items, self._list_crumb, here]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = []
        if edit_url := self.get_edit_url():
            buttons.append(HeaderButton(_("Edit"), url=edit_url, icon_name="edit", priority=10))
        if url := self.summary.get("newest_order_url"):
            icon = "folder-open-inverse"
            buttons.append(HeaderButton(_("Open newest order"), url=url, icon_name=icon, priority=20))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons, key, viewset = [], self.object.pk, Customer.snippet_viewset
        if self.summary["may_add"] and self.summary["portal_enabled"]:
            buttons.append(Button(_("New login"), url=self.summary["add_url"], icon_name="plus", priority=15))
        if self.summary["may_change"]:
            buttons.append(Button(_("Edit login"), url=self.summary["edit_url"], icon_name="key", priority=15))
        if may(self.request.user, "view_changeset"):
            url = reverse(viewset.get_url_name("history"), args=[key])
            buttons.append(Button(_("History"), url=url, icon_name="history", priority=25))
        if may_merge(self.request.user):
            buttons.append(Button(_("Merge into…"), url=merge_url(None, [key]), icon_name="copy", priority=27))
        if delete_url := self.get_delete_url():
            buttons.append(Button(_("Delete"), url=delete_url, icon_name="bin", priority=30))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tab = self.tab
        context = super().get_context_data(**kwargs)
        context |= {"customer": self.object, "tabs": self.tabs, "tab": tab, "summary": self.summary}
        context["alerts"] = alerts_about(self.object, self.request.user)
        context["may_acknowledge"] = may(self.request.user, "acknowledge_accountnote")
        context["panels"] = self.panels
        context["waiting_merge"] = waiting_for(self.request, self.object.pk)
        context |= {"duplicates": open_pairs_of(self.object), "duplicates_url": report_url(self.object)}
        return {**context, "tab_html": tab.render() if tab is not None else ""}

    def get_fields_context(self) -> list[dict[str, Any]]:
        return []


class TabPanelView(CustomerPageView):
    """What stands in one tab, for the page that loads it; nothing of the rest of the page is asked for."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object is None or self.tab is None:
            raise Http404(_("There is no such customer any more."))
        return HttpResponse(self.tab.render())


def _no_such_tab() -> CustomerTab:
    raise Http404(_("There is no such tab."))
