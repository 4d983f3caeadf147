"""Answers the customer's form while somebody types: who is there already that may be the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from customer_admin.forms.duplicates import typed_customer
from customer_admin.selectors.duplicates import duplicates_of, reasons_in_words
from customer_admin.views.customers.tabs import page_url

from .report import DuplicatesAccessMixin


class SimilarView(DuplicatesAccessMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        found = rows_of(duplicates_of(typed_customer(request.POST)))
        response = TemplateResponse(request, "customer_admin/duplicates/similar.html", {"rows": found})
        response["Cache-Control"] = "private, no-store"
        return response


def rows_of(found: list[Any]) -> list[dict[str, Any]]:
    """What the form shows of each."""
    return [
        {
            "customer": each.customer,
            "url": page_url(each.customer),
            "level": each.level,
            "why": reasons_in_words(each.reasons),
        }
        for each in found
    ]
