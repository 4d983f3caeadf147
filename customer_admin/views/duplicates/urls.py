"""Addresses of the report of possible duplicates."""

from django.urls import path

from .certain import MergeCertainView
from .report import DismissView, DuplicatesView, SearchView
from .similar import SimilarView

app_name = "customer_admin_duplicates"
urlpatterns = [
    path("", DuplicatesView.as_view(), name="index"),
    path("certain/", MergeCertainView.as_view(), name="certain"),
    path("dismiss/", DismissView.as_view(), name="dismiss"),
    path("search/", SearchView.as_view(), name="search"),
    path("similar/", SimilarView.as_view(), name="similar"),
]
