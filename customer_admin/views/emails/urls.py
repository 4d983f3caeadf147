"""Addresses of the log of mails."""

from django.urls import path

from .detail import EmailDetailView, email_body
from .log import EmailLogView
from .resend import ResendView

app_name = "customer_admin_emails"
urlpatterns = [
    path("", EmailLogView.as_view(), name="index"),
    path("results/", EmailLogView.as_view(results_only=True), name="index_results"),
    path("<int:pk>/", EmailDetailView.as_view(), name="detail"),
    path("<int:pk>/body/", email_body, name="body"),
    path("<int:pk>/resend/", ResendView.as_view(), name="resend"),
]
