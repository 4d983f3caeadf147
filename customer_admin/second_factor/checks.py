"""System check: without its middleware this app would be installed and protect nothing."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string
from django_otp.middleware import OTPMiddleware

from customer_admin.conf import app_settings

from .middleware import SecondFactorMiddleware


@register("security")
def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """`SecondFactorMiddleware` is there and comes after `OTPMiddleware`, which comes after authentication."""
    wanted = [AuthenticationMiddleware, OTPMiddleware, SecondFactorMiddleware]
    installed = [_load(path) for path in app_settings.host("MIDDLEWARE")]
    found = [base for middleware in installed for base in wanted if issubclass(middleware, base)]
    if found == wanted:
        return []
    return [
        Error(
            "The second factor is installed but nothing asks for it.",
            hint=(
                "Put django_otp.middleware.OTPMiddleware and then "
                "customer_admin.second_factor.middleware.SecondFactorMiddleware into MIDDLEWARE, "
                "after django.contrib.auth.middleware.AuthenticationMiddleware."
            ),
            id="customer_admin_second_factor.E001",
        )
    ]


def _load(path: str) -> type:
    try:
        middleware = import_string(path)
    except ImportError:
        # Django says so itself when it loads the middleware.
        return object
    return middleware if isinstance(middleware, type) else object
