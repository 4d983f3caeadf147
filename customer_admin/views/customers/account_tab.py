"""The tab "Account": what is filled in about the customer."""

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.models import Customer

from .tabs import CustomerTab

FACTS = [
    "number", "first_name", "last_name", "company", "email", "phone", "customer_class", "birth_date",
    "account_number", "language", "referral_source", "notify_account", "notify_marketing", "tax_exempt",
    "tax_exempt_number", "tax_exempt_reason", "tax_exempt_region", "tax_exempt_until", "site", "created_at",
]  # fmt: skip


class AccountTab(CustomerTab):
    name = "account"
    label = gettext_lazy("Account")
    order = 100
    template_name = "customer_admin/customers/account_tab.html"

    def get_context_data(self) -> dict[str, Any]:
        return {"facts": [fact for fact in map(self._fact, FACTS) if fact["value"] not in ("", None)]}

    def _fact(self, name: str) -> dict[str, Any]:
        display = getattr(self.customer, f"get_{name}_display", None)
        value = display() if display else getattr(self.customer, name)
        if isinstance(value, bool):
            value = _("Yes") if value else _("No")
        return {"label": capfirst(label_for_field(name, Customer)), "value": value}
