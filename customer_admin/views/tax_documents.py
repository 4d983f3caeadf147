"""The document of a customer's tax exemption, for staff who may see it. It has no address of its own anywhere."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages

from customer_admin.models import Customer
from customer_admin.permissions import may


class TaxDocumentView(View):
    """Sends what the customer has now; a customer that was deleted has none until it is restored."""

    http_method_names = ["get"]
    index_url_name = ""
    inspect_url_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (may(request.user, "view_customer") and may(request.user, "view_taxdocument")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        having = Customer.objects.select_related("tax_exempt_document").exclude(tax_exempt_document=None)
        customer = get_object_or_404(having, pk=kwargs["pk"])
        document = customer.tax_exempt_document
        try:
            content = document.open()
        except OSError:
            return self._say_it_is_gone(customer, document.name)
        response = FileResponse(content, as_attachment=True, filename=document.name, content_type=document.content_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def _say_it_is_gone(self, customer: Customer, name: str) -> HttpResponse:
        messages.error(
            self.request,
            _("“%(name)s” is missing in the storage. Upload the document again, or ask whoever runs this site.")
            % {"name": name},
        )
        return redirect(reverse(self.inspect_url_name, args=[customer.pk]))
