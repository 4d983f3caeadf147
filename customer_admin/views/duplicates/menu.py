"""The report in the menu above the list of customers."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from customer_admin.operations.duplicates import PERMISSION
from customer_admin.permissions import may

from .report import report_url


class DuplicatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, "change_customer") or may(request.user, PERMISSION)


def duplicates_menu_item() -> DuplicatesMenuItem:
    """The entry "Possible duplicates", for those who may do something about them."""
    return DuplicatesMenuItem(_("Possible duplicates"), report_url(), icon_name="group", order=500)
