"""Which of several accounts would most likely stay when they are merged."""

from collections.abc import Iterable
from typing import Any

from customer_admin.models import Customer
from customer_admin.models.bulk import in_chunks


def likely_survivor_first(keys: Iterable[int]) -> list[int]:
    """These keys of living customers: first who has a login that works, then who ordered last, then the oldest."""
    rank = ranks_of(keys)
    return sorted(rank, key=lambda key: rank[key])


def ranks_of(keys: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """By key of each that lives, what comes first in the order of `likely_survivor_first`."""
    rank: dict[int, tuple[Any, ...]] = {}
    for chunk in in_chunks(sorted(keys), Customer.objects.db):
        rows = Customer.objects.filter(pk__in=chunk)
        for key, enabled, ordered, created in rows.values_list(
            "pk", "portal_login__is_enabled", "last_order_at", "created_at"
        ):
            rank[key] = (not enabled, -ordered.timestamp() if ordered else 0.0, created, key)
    return rank
