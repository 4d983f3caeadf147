"""Who reads changes: the audit sees everything, others what the timeline of a customer shows."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from customer_admin.permissions import may


class AuditMixin:
    """For screens that show everything."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "audit_changeset"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def may_see_timelines(user: Any) -> bool:
    """Whether `user` may see what touched a customer."""
    return may(user, "view_changeset") and may(user, "view_customer")
