"""Accounts that were merged into another one, and lead there."""

from typing import Any

from customer_admin.models import Customer


def keys_of_account(key: Any) -> list[Any]:
    """The key of a customer, and those of the accounts that are signposts to it: what was theirs is theirs together."""
    if key is None:
        return []
    signposts = Customer.all_objects.filter(merged_into=key).order_by("pk")
    return [key, *signposts.values_list("pk", flat=True)]
