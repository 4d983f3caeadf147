"""The way from two customers to the screen that merges them."""

from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from customer_admin.models import Customer
from customer_admin.permissions import may


def merge_url(user: Any, survivor: Customer, others: Iterable[Customer]) -> str:
    """Where `others` are merged into `survivor`; "" for who may not, and where there is no such screen."""
    if not may(user, "merge_customer"):
        return ""
    try:
        url = reverse("customers:merge", args=[survivor.pk])
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode([('with', other.pk) for other in others])}"
