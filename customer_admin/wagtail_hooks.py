"""Registers; nothing else."""

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.contrib.settings.registry import registry
from wagtail.snippets.models import register_snippet

from .models import CustomerAdminSettings
from .permissions import permissions_for_groups
from .snippets.bulk.customers import ChangeClassBulkAction, ExportBulkAction, PreferencesBulkAction
from .snippets.bulk.delete import RecordDeleteBulkAction
from .snippets.bulk.merge import MergeBulkAction
from .snippets.customer_menus import MANAGE_HOOK
from .snippets.group import CustomersGroup
from .snippets.site_settings import edit_settings_by_operation
from .views.assignments.menu import assign_orders_item, unassigned_orders_item
from .views.changes.menu import changes_menu_item
from .views.customers.account_tab import AccountTab
from .views.customers.clubs_tab import ClubsTab
from .views.customers.credit_tab import CreditTab
from .views.customers.email_log import EmailLogTab
from .views.customers.history_tab import HistoryTab
from .views.customers.linked_emails import LinkedEmailsTab
from .views.customers.loyalty_tab import LoyaltyTab
from .views.customers.notes_tab import NotesTab
from .views.customers.orders_tab import OrdersTab
from .views.customers.payment_methods import PaymentMethodsTab
from .views.customers.tabs import HOOK as CUSTOMER_TAB
from .views.dashboard.panels import add_dashboard_panels
from .views.duplicates.menu import duplicates_menu_item
from .views.emails.menu import emails_menu_item
from .views.users import lead_to_login_delete, lead_to_login_edit, leave_portal_users_out

register_snippet(CustomersGroup)
registry.register(CustomerAdminSettings, icon="group", order=700)
hooks.register("register_permissions", permissions_for_groups)
hooks.register("register_bulk_action", RecordDeleteBulkAction, order=100)
for action in (ChangeClassBulkAction, PreferencesBulkAction, ExportBulkAction, MergeBulkAction):
    hooks.register("register_bulk_action", action)
for tab in (
    AccountTab,
    OrdersTab,
    PaymentMethodsTab,
    LinkedEmailsTab,
    EmailLogTab,
    LoyaltyTab,
    CreditTab,
    ClubsTab,
    NotesTab,
    HistoryTab,
):
    hooks.register(CUSTOMER_TAB, tab)
hooks.register(MANAGE_HOOK, assign_orders_item)
hooks.register(MANAGE_HOOK, unassigned_orders_item)
hooks.register("before_delete_user", lead_to_login_delete)
hooks.register("before_edit_user", lead_to_login_edit)
hooks.register("before_edit_setting", edit_settings_by_operation)
hooks.register("before_bulk_action", leave_portal_users_out)
hooks.register("register_reports_menu_item", changes_menu_item)
hooks.register("register_reports_menu_item", emails_menu_item)
hooks.register(MANAGE_HOOK, duplicates_menu_item)
hooks.register("construct_homepage_panels", add_dashboard_panels)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("changes/", include("customer_admin.admin_urls")),
        path("assign-orders/", include("customer_admin.views.assignments.urls")),
        path("duplicates/", include("customer_admin.views.duplicates.urls")),
        path("emails/", include("customer_admin.views.emails.urls")),
    ]


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("customer_admin/css/admin.css"))


@hooks.register("register_icons")
def icons(registered: list[str]) -> list[str]:
    return [*registered, "customer_admin/icons/take-back.svg"]
