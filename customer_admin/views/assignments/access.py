"""Who assigns orders."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from customer_admin.models import Customer
from customer_admin.permissions import may

NAMESPACE = "customer_admin_assignments"


def may_assign(user: Any) -> bool:
    """Whether somebody may give orders to customers, and see both."""
    return all(may(user, name) for name in ("assign_order", "view_order", "view_customer"))


def assign_url(**filled: str) -> str:
    """The form, with an `order` or a `customer` in its first row."""
    return f"{reverse(f'{NAMESPACE}:assign')}?{urlencode(filled)}"


class AssigningMixin:
    request: HttpRequest
    page_title: Any
    header_icon = "arrow-right-full"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_assign(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        customers = reverse(Customer.snippet_viewset.get_url_name("list"))
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": customers, "label": _("Customers")},
            {"url": "", "label": self.page_title},
        ]
