"""Panels of the customer's form that are more than fields."""

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel

from customer_admin.permissions import may
from customer_admin.selectors.alerts import alerts_of
from customer_admin.selectors.site_settings import settings_of


class LoginPanel(Panel):
    """The portal login at the top of the customer, with a pencil, or the plus that makes one; and the alerts."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/login.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            customer, user = self.instance, self.request.user
            login = customer.login
            namespace = type(customer).snippet_viewset.url_namespace
            key = customer.pk
            context |= {
                "alerts": alerts_of(customer),
                "login": login if may(user, "view_portallogin") else None,
                "portal_enabled": settings_of(customer.site).portal_enabled,
                "may_add": login is None and may(user, "add_portallogin"),
                "may_change": login is not None and may(user, "change_portallogin"),
                "add_url": reverse(f"{namespace}:login_add", args=[key]),
                "edit_url": reverse(f"{namespace}:login_edit", args=[key]),
            }
            return context


class PartsPanel(Panel):
    """The fields that a host added to the customer's form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/parts.html"

        def is_shown(self) -> bool:
            return bool(self.form.parts)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "parts": self.form.parts.values()}
