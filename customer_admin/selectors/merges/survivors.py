"""Which of several accounts would most likely stay when they are merged."""

from collections.abc import Iterable

from django.db.models import Case, F, Value, When

from customer_admin.models import Customer


def likely_survivor_first(keys: Iterable[int]) -> list[int]:
    """These keys of living customers: first who has a login that works, then who ordered last, then the oldest."""
    has_login = Case(When(portal_login__is_enabled=True, then=Value(0)), default=Value(1))
    ordered = Customer.objects.filter(pk__in=list(keys)).order_by(
        has_login, F("last_order_at").desc(nulls_last=True), "created_at", "pk"
    )
    return list(ordered.values_list("pk", flat=True))
