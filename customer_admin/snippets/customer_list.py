"""The list of customers: its columns, filters, search and row menus."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView

from customer_admin.models import Customer, CustomerClass
from customer_admin.permissions import may
from customer_admin.selectors.customers import customers_for_listing


class CustomerFilterSet(WagtailFilterSet):
    LOGIN_CHOICES = [("none", _("None")), ("enabled", _("Enabled")), ("disabled", _("Disabled"))]

    customer_class = django_filters.ModelMultipleChoiceFilter(
        label=_("Class"), queryset=CustomerClass.objects.all(), widget=CheckboxSelectMultiple
    )
    login = django_filters.MultipleChoiceFilter(
        label=_("Portal login"), choices=LOGIN_CHOICES, method="filter_login", widget=CheckboxSelectMultiple
    )
    tax_exempt = django_filters.BooleanFilter(label=_("Tax exempt"), widget=BooleanRadioSelect)
    has_alert = django_filters.BooleanFilter(label=_("Has an alert"), widget=BooleanRadioSelect)
    city = django_filters.CharFilter(label=_("City"), method="filter_address")
    postal_code = django_filters.CharFilter(label=_("Postal code"), method="filter_address")
    created_at = django_filters.DateFromToRangeFilter(label=_("Created"), widget=DateRangePickerWidget)

    class Meta:
        model = Customer
        fields: list[str] = []

    def filter_login(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        wanted = queryset.none()
        if "none" in value:
            wanted |= queryset.filter(portal_login=None)
        if "enabled" in value:
            wanted |= queryset.filter(portal_login__is_enabled=True)
        if "disabled" in value:
            wanted |= queryset.filter(portal_login__is_enabled=False)
        return wanted

    def filter_address(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        lookup = "icontains" if name == "city" else "istartswith"
        return queryset.filter(pk__in=_addresses(**{f"{name}__{lookup}": value.strip()}))


def _addresses(**conditions: Any) -> QuerySet:
    return Customer.addresses.rel.related_model.objects.filter(**conditions).values("customer_id")


class CustomerIndexView(IndexView):
    """The list of customers: by name, which an index serves, and searched by any part of any word."""

    is_searchable = True
    table_classname = "listing customer-admin-listing"

    @cached_property
    def columns(self) -> list[Column]:
        bulk, *rest = super().columns
        rest[0].sort_key = "sort_name"
        rest[0].cell_template_name = "customer_admin/alerts/name_cell.html"
        return [bulk, *rest] if may(self.request.user, "delete_customer") else rest

    def get_base_queryset(self) -> QuerySet:
        return customers_for_listing()

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.search(self.search_query) if self.is_searching else queryset

    def get_list_more_buttons(self, instance: Customer) -> list[Any]:
        user, login = self.request.user, instance.login
        namespace = Customer.snippet_viewset.url_namespace
        buttons = super().get_list_more_buttons(instance)
        if login is None and may(user, "add_portallogin"):
            name, label, icon = "login_add", _("New login"), "plus"
        elif login is not None and may(user, "change_portallogin"):
            name, label, icon = "login_edit", _("Edit login"), "key"
        else:
            name = ""
        if name:
            url = reverse(f"{namespace}:{name}", args=[instance.pk])
            buttons.append(Button(label, url=url, icon_name=icon, priority=15))
        if may(user, "view_order"):
            url = reverse(f"{namespace}:orders", args=[instance.pk])
            buttons.append(Button(_("Orders"), url=url, icon_name="list-ul", priority=22))
        if may(user, "view_changeset"):
            url = reverse(f"{namespace}:history", args=[instance.pk])
            buttons.append(Button(_("History"), url=url, icon_name="history", priority=25))
        return buttons
