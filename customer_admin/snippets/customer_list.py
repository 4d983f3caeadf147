"""The list of customers: its columns, filters and search."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.snippets.views.snippets import IndexView

from customer_admin.models import Customer, CustomerClass
from customer_admin.selectors.customers import customers_for_listing

from .bulk.bar import BulkBarMixin
from .customer_exports import CustomerExportMixin
from .customer_menus import CustomerMenusMixin


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


class CustomerIndexView(CustomerMenusMixin, CustomerExportMixin, BulkBarMixin, IndexView):
    """The list of customers: by name, which an index serves, and searched by any part of any word."""

    is_searchable = True
    table_classname = "listing customer-admin-listing"

    @cached_property
    def columns(self) -> list[Column]:
        columns = super().columns
        (name,) = (column for column in columns if column.name == "display_name")
        name.sort_key = "sort_name"
        name.cell_template_name = "customer_admin/alerts/name_cell.html"
        return columns

    def get_base_queryset(self) -> QuerySet:
        return customers_for_listing()

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.search(self.search_query) if self.is_searching else queryset
