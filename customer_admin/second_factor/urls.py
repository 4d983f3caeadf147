"""Addresses inside the admin."""

from django.urls import path

from .views import reset, set_up, settings, verify

app_name = "customer_admin_second_factor"
urlpatterns = [
    path("", settings.OverviewView.as_view(), name="overview"),
    path("verify/", verify.VerifyView.as_view(), name="verify"),
    path("set-up/", set_up.SetUpView.as_view(), name="set_up"),
    path("recovery-codes/", settings.NewRecoveryCodesView.as_view(), name="new_recovery_codes"),
    path("turn-off/", settings.TurnOffView.as_view(), name="turn_off"),
    path("staff/", reset.ProtectedStaffView.as_view(), name="staff"),
    path("staff/results/", reset.ProtectedStaffView.as_view(results_only=True), name="staff_results"),
    path("staff/<str:pk>/reset/", reset.ResetView.as_view(), name="reset"),
]
