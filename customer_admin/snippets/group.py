"""The menu group "Customers"."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .account_notes import AccountNoteViewSet
from .clubs import ClubViewSet
from .customer_classes import CustomerClassViewSet
from .customers import CustomerViewSet
from .open_order import OpenOrderViewSet


class CustomersGroup(SnippetViewSetGroup):
    """Other apps add entries by the hook `register_customers_menu_item`."""

    items = (CustomerViewSet, OpenOrderViewSet, CustomerClassViewSet, ClubViewSet, AccountNoteViewSet)
    menu_label = _("Customers")
    menu_name = "customers"
    menu_icon = "group"
    menu_order = 150
    submenu_hook = "register_customers_menu_item"
