"""The list "Orders without a customer": who may have placed each, and giving it to them, singly or many at once."""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from customer_admin import operations
from customer_admin.errors import AssignmentRefused
from customer_admin.forms.why import WhyForm
from customer_admin.models import Customer, Order
from customer_admin.models.keys import as_key, storable
from customer_admin.selectors.suggestions import (
    LOOKED_THROUGH,
    Suggestion,
    clear_one,
    orders_with_suggestion,
    orders_without_customer,
    suggestions_for,
)
from customer_admin.views.changes.paging import BoundedPaginator
from customer_admin.views.customers.orders_tab import MoneyColumn, PlacedColumn
from customer_admin.views.filters import DaysFilter, StrictFiltersMixin
from customer_admin.views.open_order import order_url
from customer_admin.views.stacked_tables import StackedTable

from .access import NAMESPACE, AssigningMixin
from .told import tell_assigned, tell_settled

CHOICE = "order-"
"""A field for each order on the page begins so; its value is the key of the customer."""

TOLD = 5
"""So many orders that could not be assigned are named."""


class UnassignedFilterSet(WagtailFilterSet):
    suggestion = django_filters.ChoiceFilter(
        label=gettext_lazy("Suggestion"),
        choices=[("yes", gettext_lazy("Has a suggested customer"))],
        method="filter_suggestion",
        empty_label=gettext_lazy("All"),
    )
    placed_at = DaysFilter(label=gettext_lazy("Placed"))

    class Meta:
        model = Order
        fields: list[str] = []

    def filter_suggestion(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return orders_with_suggestion(queryset) if value else queryset


class SuggestionColumn(Column):
    cell_template_name = "customer_admin/assignments/suggestion_cell.html"

    def __init__(self, suggestions: Callable[[], Mapping[int, list[Suggestion]]]) -> None:
        super().__init__("suggestions", label=_("Suggested customer"))
        self.suggestions = suggestions

    def get_cell_context_data(self, instance: Order, parent_context: Any) -> dict[str, Any]:
        found = self.suggestions().get(instance.pk, [])
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "suggestions": found, "preselected": clear_one(found), "field": f"{CHOICE}{instance.pk}"}


class UnassignedOrdersView(AssigningMixin, StrictFiltersMixin, BaseListingView):
    model = Order
    page_title = gettext_lazy("Orders without a customer")
    header_icon = "list-ul"
    template_name = "wagtailadmin/generic/listing.html"
    index_url_name = f"{NAMESPACE}:unassigned"
    index_results_url_name = f"{NAMESPACE}:unassigned_results"
    results_template_name = "customer_admin/assignments/unassigned_results.html"
    filterset_class = UnassignedFilterSet
    paginator_class = BoundedPaginator
    paginate_by = 50
    default_ordering = ("-placed_at", "-pk")
    is_searchable = True
    verbose_name_plural = Order._meta.verbose_name_plural
    table_class = StackedTable
    table_classname = "listing customer-admin-changes customer-admin-unassigned"

    def get_base_queryset(self) -> QuerySet[Order]:
        return orders_without_customer()

    def search_queryset(self, queryset: QuerySet[Order]) -> QuerySet[Order]:
        query = storable(self.search_query or "").strip()
        if not query:
            return queryset
        number = Q(capitals__startswith=query.upper())
        return queryset.annotate(capitals=Upper("number")).filter(number | Q(email__icontains=query))

    @cached_property
    def suggestions(self) -> dict[int, list[Suggestion]]:
        """Of the orders on this page."""
        return suggestions_for(self.shown_orders)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("number", label=_("Number"), get_url=lambda order: order_url(order, self.request.user)),
            PlacedColumn("placed_at", label=_("Placed")),
            MoneyColumn("total", label=_("Total"), classname="customer-admin-number"),
            Column("email", label=_("E-mail")),
            SuggestionColumn(lambda: self.suggestions),
        ]

    def get_table(self, object_list: Any) -> Any:
        self.shown_orders = list(object_list)
        return super().get_table(self.shown_orders)

    @property
    def why(self) -> WhyForm:
        return WhyForm(auto_id="assign-%s")

    @property
    def has_suggestions(self) -> bool:
        return any(self.suggestions.values())

    @property
    def looked_through(self) -> int | None:
        """How many orders the filter for suggestions looked at, when there may be more."""
        return LOOKED_THROUGH if self.request.GET.get("suggestion") else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = redirect(request.get_full_path())
        why = WhyForm(request.POST)
        if not why.is_valid():
            messages.error(request, " ".join(why.errors["reason"]))
            return back
        chosen = self.chosen()
        pairs, seen = self.pairs(chosen)
        if not pairs:
            messages.warning(request, _("Choose a customer for at least one order, then assign."))
            return back
        try:
            done = operations.assign_orders(
                actor=request.user, assignments=pairs, reason=why.cleaned_data["reason"], seen=seen
            )
        except AssignmentRefused as refusal:
            said = dict.fromkeys(text for row in refusal.errors.values() for text in row.values())
            messages.error(request, " ".join([refusal.message, *list(said)[:TOLD]]))
            return back
        if done.change_set is None:
            tell_settled(request, Order.objects.filter(pk__in=chosen).first())
        else:
            tell_assigned(request, done)
        return back

    def chosen(self) -> dict[int, int]:
        """The key of the customer by that of the order: of the one row whose button was pressed, or of all."""
        only = self.request.POST.get("only")
        names = [f"{CHOICE}{only}"] if only else [name for name in self.request.POST if name.startswith(CHOICE)]
        keys = ((as_key(name.removeprefix(CHOICE)), as_key(self.request.POST.get(name, ""))) for name in names)
        return {order: customer for order, customer in keys if order is not None and customer is not None}

    def pairs(self, chosen: Mapping[int, int]) -> tuple[list[tuple[str, str]], dict[int, int | None]]:
        """The numbers, and what the person saw: orders that nobody has."""
        numbers = dict(Order.objects.filter(pk__in=chosen).order_by("pk").values_list("pk", "number"))
        customers = dict(Customer.all_objects.filter(pk__in=set(chosen.values())).values_list("pk", "number"))
        pairs = [(number, customers.get(chosen[order], "")) for order, number in numbers.items()]
        return pairs, dict.fromkeys(numbers)
