"""Addresses of this app's own screens in the admin that belong to no snippet."""

from django.urls import path

from .views.changes.compare import CompareView
from .views.changes.detail import ChangeSetView
from .views.changes.report import ChangesReportView
from .views.changes.revert import RevertView

app_name = "customer_admin_changes"
urlpatterns = [
    path("", ChangesReportView.as_view(), name="index"),
    path("results/", ChangesReportView.as_view(results_only=True), name="index_results"),
    path("<int:pk>/", ChangeSetView.as_view(), name="detail"),
    path("<int:pk>/revert/", RevertView.as_view(), name="revert"),
    path("compare/<slug:app_label>/<slug:model_name>/<str:key>/", CompareView.as_view(), name="compare"),
]
