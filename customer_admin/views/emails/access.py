"""Who reads the log of mails, and finds the one that a screen is about."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from customer_admin.models import OutgoingEmail
from customer_admin.operations.mail import WITH_SUBJECTS
from customer_admin.permissions import may


class LogMixin:
    """For screens that show what was sent to whom."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "view_outgoingemail"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def email(self) -> OutgoingEmail:
        mails = OutgoingEmail.objects.select_related(*WITH_SUBJECTS, "resend_of")
        return get_object_or_404(mails, pk=self.kwargs["pk"])
