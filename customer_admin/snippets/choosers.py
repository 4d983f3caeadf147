"""Choosers that show customers only to staff who may see customers; Wagtail's own ask for no more than the admin."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
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

ACTIONS = {"view", "add", "change", "delete"}


class GuardMixin:
    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policy_registry.get_by_type(self.model_class).user_has_any_permission(request.user, ACTIONS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class GuardedChooseView(GuardMixin, ChooseView):
    pass


class GuardedChooseResultsView(GuardMixin, ChooseResultsView):
    pass


class GuardedChosenView(GuardMixin, SnippetChosenView):
    pass


class GuardedChosenMultipleView(GuardMixin, SnippetChosenMultipleView):
    pass


class GuardedChooserViewSet(SnippetChooserViewSet):
    choose_view_class = GuardedChooseView
    choose_results_view_class = GuardedChooseResultsView
    chosen_view_class = GuardedChosenView
    chosen_multiple_view_class = GuardedChosenMultipleView


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
        return objects.search(query)


class CustomerChooseView(GuardedChooseView):
    filter_form_class = CustomerSearchForm


class CustomerChooseResultsView(GuardedChooseResultsView):
    filter_form_class = CustomerSearchForm


class CustomerChooserViewSet(GuardedChooserViewSet):
    choose_view_class = CustomerChooseView
    choose_results_view_class = CustomerChooseResultsView
