"""Answers the customer's form, which asks what city a postal code belongs to."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.generic import View

from customer_admin.permissions import may
from customer_admin.selectors.places import places_of


class PlacesView(View):
    http_method_names = ["get"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (may(request.user, "add_customer") or may(request.user, "change_customer")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        found = places_of(request.GET.get("postal_code", ""), request.GET.get("country", ""))
        response = JsonResponse({"places": [place.as_dict() for place in found]})
        response["Cache-Control"] = "private, no-store"
        return response
