"""Registers; nothing else."""

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.contrib.settings.registry import registry
from wagtail.snippets.models import register_snippet

from .models import CustomerAdminSettings
from .permissions import permissions_for_groups
from .snippets.bulk_delete import RecordDeleteBulkAction
from .snippets.group import CustomersGroup
from .snippets.site_settings import edit_settings_by_operation
from .views.changes.menu import changes_menu_item
from .views.customers.account_tab import AccountTab
from .views.customers.tabs import HOOK as CUSTOMER_TAB
from .views.users import lead_to_login_delete, lead_to_login_edit, leave_portal_users_out

register_snippet(CustomersGroup)
registry.register(CustomerAdminSettings, icon="group", order=700)
hooks.register("register_permissions", permissions_for_groups)
hooks.register("register_bulk_action", RecordDeleteBulkAction, order=100)
hooks.register(CUSTOMER_TAB, AccountTab)
hooks.register("before_delete_user", lead_to_login_delete)
hooks.register("before_edit_user", lead_to_login_edit)
hooks.register("before_edit_setting", edit_settings_by_operation)
hooks.register("before_bulk_action", leave_portal_users_out)
hooks.register("register_reports_menu_item", changes_menu_item)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("changes/", include("customer_admin.admin_urls"))]


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("customer_admin/css/admin.css"))


@hooks.register("register_icons")
def icons(registered: list[str]) -> list[str]:
    return [*registered, "customer_admin/icons/take-back.svg"]
