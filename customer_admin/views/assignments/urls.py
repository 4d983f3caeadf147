"""Addresses of the screens for assigning orders."""

from django.urls import path

from .access import NAMESPACE
from .assign import AssignOrdersView
from .unassigned import UnassignedOrdersView

app_name = NAMESPACE
urlpatterns = [
    path("", AssignOrdersView.as_view(), name="assign"),
    path("without-customer/", UnassignedOrdersView.as_view(), name="unassigned"),
    path(
        "without-customer/results/",
        UnassignedOrdersView.as_view(results_only=True, http_method_names=["get", "head", "options"]),
        name="unassigned_results",
    ),
]
