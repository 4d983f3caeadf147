"""Walks through the pages of bulk actions as a browser does: what is asked first is answered with what it holds."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode


def address(action: str, model: str = "customer", **query: Any) -> str:
    page = reverse("wagtail_bulk_action", args=["customer_admin", model, action])
    return f"{page}?{urlencode(query, doseq=True)}"


def confirm(client: Client, url: str, **answers: Any) -> Any:
    """Open the page and send its form with these answers."""
    shown = client.get(url)
    assert shown.status_code == 200, shown
    return client.post(url, {**shown.context["form"].initial, **answers}, follow=True)
