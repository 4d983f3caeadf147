"""Which users stand behind portal logins, or did: those of deleted customers are kept, so that these can come back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from customer_admin.models import PortalLogin


def without_portal_users(users: QuerySet) -> QuerySet:
    """`users` without those of customers."""
    return users.filter(~Exists(PortalLogin.history.filter(user_id=OuterRef("pk"))))


def users_with_logins(keys: Iterable[Any]) -> set[Any]:
    """Those of the users with these keys that are customers'."""
    return set(PortalLogin.history.filter(user_id__in=keys).values_list("user_id", flat=True))
