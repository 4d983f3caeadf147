"""The report in Wagtail's menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from customer_admin.permissions import may


class EmailsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, "view_outgoingemail")


def emails_menu_item() -> EmailsMenuItem:
    """The entry "E-mails" of the menu "Reports", for those who may see the log of mails."""
    url = reverse("customer_admin_emails:index")
    return EmailsMenuItem(_("E-mails"), url, name="customer-emails", icon_name="mail", order=660)
