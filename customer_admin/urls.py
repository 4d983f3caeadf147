"""Addresses outside the admin, for a host to include."""

from django.urls import path

from .views.health import healthz
from .views.verify_email import verify_email

app_name = "customer_admin"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("verify-email/<str:token>/", verify_email, name="verify_email"),
]
