"""The report in Wagtail's menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from customer_admin.permissions import may


class ChangesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, "audit_changeset")


def changes_menu_item() -> ChangesMenuItem:
    """The entry "Changes" of the menu "Reports", for those who may see everything."""
    url = reverse("customer_admin_changes:index")
    return ChangesMenuItem(_("Changes"), url, name="customer-changes", icon_name="history", order=650)
