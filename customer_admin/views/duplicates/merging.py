"""The way from two customers to the screen that merges them."""

from collections.abc import Iterable
from typing import Any

from customer_admin.models import Customer
from customer_admin.permissions import may_merge
from customer_admin.views.merges import accounts


def merge_url(user: Any, survivor: Customer, others: Iterable[Customer]) -> str:
    """Where `others` are merged into `survivor`; "" for who may not."""
    return accounts.merge_url(survivor.pk, [other.pk for other in others]) if may_merge(user) else ""
