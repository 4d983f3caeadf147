"""Panels of the customer's form that are more than fields."""

from typing import Any

from wagtail.admin.panels import Panel

from customer_admin.selectors.alerts import alerts_about
from customer_admin.views.customers.login_box import login_box


class LoginPanel(Panel):
    """The portal login at the top of the customer, with a pencil, or the plus that makes one; and the alerts."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/login.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            customer, user = self.instance, self.request.user
            context |= {"alerts": alerts_about(customer, user), **login_box(customer, user)}
            return context
