"""Acknowledging an alert on the customer's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.errors import NoteRefused
from customer_admin.models import AccountNote

from .screens import CustomerScreenMixin


class AcknowledgeAlertView(CustomerScreenMixin, View):
    """Takes the acknowledgement in general; a stop on an order asks again, for that order."""

    permissions = ("view_customer", "acknowledge_accountnote")
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.back_url)  # Who had to sign in first comes here.

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            note = AccountNote.objects.get(pk=self.kwargs["note_pk"], customer=self.customer)
            operations.acknowledge_note(actor=request.user, note=note)
        except AccountNote.DoesNotExist:
            messages.warning(request, _("This note was deleted meanwhile."))
        except NoteRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Alert acknowledged."))
        return redirect(self.back_url)
