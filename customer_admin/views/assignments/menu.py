"""The entries of "Manage accounts" that are about orders."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from .access import NAMESPACE, may_assign


class AssigningMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_assign(request.user)


def assign_orders_item() -> MenuItem:
    return AssigningMenuItem(
        _("Assign orders"), reverse_lazy(f"{NAMESPACE}:assign"), icon_name="arrow-right-full", order=300
    )


def unassigned_orders_item() -> MenuItem:
    return AssigningMenuItem(
        _("Orders without a customer"), reverse_lazy(f"{NAMESPACE}:unassigned"), icon_name="list-ul", order=310
    )
