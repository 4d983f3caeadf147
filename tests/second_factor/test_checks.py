from typing import Any

import pytest
from django.core.checks import run_checks

OTP = "django_otp.middleware.OTPMiddleware"
OURS = "customer_admin.second_factor.middleware.SecondFactorMiddleware"


def found() -> list[str]:
    return [message.id for message in run_checks(tags=["security"]) if message.id.startswith("customer_admin_second")]


def test_the_settings_of_the_suite_are_complete():
    assert found() == []


@pytest.mark.parametrize("missing", [OTP, OURS])
def test_a_missing_middleware_is_an_error(settings: Any, missing: str):
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != missing]
    assert found() == ["customer_admin_second_factor.E001"]


def test_the_wrong_order_is_an_error(settings: Any):
    rest = [path for path in settings.MIDDLEWARE if path not in (OTP, OURS)]
    settings.MIDDLEWARE = [*rest, OURS, OTP]
    assert found() == ["customer_admin_second_factor.E001"]
