"""What is known about somebody's second factor. Nothing here writes."""

from enum import Enum
from typing import Any

from customer_admin.conf import app_settings

from .models import Authenticator, RecoveryCode
from .permissions import has_admin_access


class Demand(Enum):
    """What stands between a signed-in user and the admin."""

    NOTHING = "nothing"
    VERIFY = "verify"
    SET_UP = "set up"


def authenticator_of(user: Any) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user.pk).first()


def demand_on(user: Any) -> Demand:
    """What is asked of the user of this request; `OTPMiddleware` has told it whether it is verified."""
    if app_settings.SECOND_FACTOR == "off" or not has_admin_access(user) or user.is_verified():
        return Demand.NOTHING
    if authenticator_of(user):
        return Demand.VERIFY
    return Demand.SET_UP if app_settings.SECOND_FACTOR == "required" else Demand.NOTHING


def recovery_codes_left(user: Any) -> int:
    return RecoveryCode.objects.filter(device__user_id=user.pk, used_at=None).count()


def ids_of_protected_users() -> set[Any]:
    """The keys of all users with an authenticator. Only staff have one, so this is a short list and one query."""
    return set(Authenticator.objects.values_list("user_id", flat=True))
