"""Choosers that show customers only to staff who may see customers; Wagtail's own ask for no more than the admin."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from customer_admin.models.keys import as_key
from customer_admin.selectors.customer_numbers import search_customers


class GuardMixin:
    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policy_registry.get_by_type(self.model_class).user_has_permission(request.user, "view"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class GuardedChooseView(GuardMixin, ChooseView):
    pass


class GuardedChooseResultsView(GuardMixin, ChooseResultsView):
    pass


class GuardedChosenView(GuardMixin, SnippetChosenView):
    def get_object(self, pk: str) -> Any:
        return get_object_or_404(self.model_class, pk=as_key(pk))


class GuardedChosenMultipleView(GuardMixin, SnippetChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet:
        return super().get_objects([key for pk in pks if (key := as_key(pk)) is not None])


class GuardedChooserViewSet(SnippetChooserViewSet):
    choose_view_class = GuardedChooseView
    choose_results_view_class = GuardedChooseResultsView
    chosen_view_class = GuardedChosenView
    chosen_multiple_view_class = GuardedChosenMultipleView

    def get_urlpatterns(self) -> list[Any]:
        # No dialog has a form for a new row, and the address that takes one would break without.
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class CustomerSearchForm(BaseFilterForm):
    """Finds customers as the list does."""

    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: Any) -> Any:
        query = self.cleaned_data["q"]
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return search_customers(objects, query)


class CustomerChooseView(GuardedChooseView):
    filter_form_class = CustomerSearchForm


class CustomerChooseResultsView(GuardedChooseResultsView):
    filter_form_class = CustomerSearchForm


class CustomerChosenView(GuardedChosenView):
    def get_chosen_response_data(self, item: Any) -> dict[str, Any]:
        """With the number, for screens into which that is typed as well."""
        return {**super().get_chosen_response_data(item), "number": item.number}


class CustomerChooserViewSet(GuardedChooserViewSet):
    chosen_view_class = CustomerChosenView
    choose_view_class = CustomerChooseView
    choose_results_view_class = CustomerChooseResultsView
