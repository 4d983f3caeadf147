from django.contrib.auth.models import Permission
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from . import menus, urls


@hooks.register("register_admin_urls")
def register_admin_urls():
    return [path("second-factor/", include(urls))]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="customer_admin_second_factor", codename="reset_second_factor"
    )


@hooks.register("register_settings_menu_item")
def register_settings_menu_item():
    return menus.StaffMenuItem(
        _("Second factors"), reverse_lazy("customer_admin_second_factor:staff"), icon_name="lock", order=650
    )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("second_factor.enable", _("Turn on second factor"), _("Second factor turned on"))
    actions.register_action("second_factor.disable", _("Turn off second factor"), _("Second factor turned off"))
    actions.register_action("second_factor.reset", _("Reset second factor"), _("Second factor reset"))
    actions.register_action("second_factor.replace", _("Replace authenticator"), _("Authenticator replaced"))
    actions.register_action("second_factor.recovery_code_used", _("Use recovery code"), _("Recovery code used"))
    actions.register_action(
        "second_factor.new_recovery_codes", _("Make new recovery codes"), _("New recovery codes made")
    )


hooks.register("register_account_menu_item", menus.account_menu_item)
hooks.register("register_user_listing_buttons", menus.user_listing_buttons)
