"""Addresses outside the admin, for a host to include."""

from django.urls import path

from .views.health import healthz

app_name = "customer_admin"
urlpatterns = [path("healthz", healthz, name="healthz")]
