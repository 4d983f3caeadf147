"""The tab "Account": what is filled in about the customer, and the way to the field of the form that changes it."""

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.models import Address, Customer
from customer_admin.permissions import may

from .tabs import CustomerTab

GROUPS = (
    (
        gettext_lazy("Name and contact"),
        "first_name",
        ("number", "first_name", "last_name", "company", "email", "phone", "customer_class"),
    ),
    (
        gettext_lazy("More about the account"),
        "birth_date",
        ("birth_date", "language", "account_number", "referral_source", "site", "created_at"),
    ),
    (gettext_lazy("E-mail preferences"), "notify_account", ("notify_account", "notify_marketing")),
    (
        gettext_lazy("Tax exemption"),
        "tax_exempt",
        (
            "tax_exempt",
            "tax_exempt_number",
            "tax_exempt_reason",
            "tax_exempt_region",
            "tax_exempt_until",
            "tax_exempt_document",
        ),
    ),
)
"""What stands together, the field with which changing it begins, and the fields."""


class AccountTab(CustomerTab):
    name = "account"
    label = gettext_lazy("Account")
    order = 100
    template_name = "customer_admin/customers/account_tab.html"

    def get_context_data(self) -> dict[str, Any]:
        may_edit = may(self.request.user, "change_customer")
        edit = reverse(Customer.snippet_viewset.get_url_name("edit"), args=[self.customer.pk]) if may_edit else ""
        groups = [
            {"heading": heading, "facts": self._facts(names), "edit_url": f"{edit}#id_{first}" if edit else ""}
            for heading, first, names in GROUPS
        ]
        return {"groups": groups, "addresses": self._addresses(edit)}

    def _facts(self, names: tuple[str, ...]) -> list[dict[str, Any]]:
        facts = [
            {"name": name, "label": capfirst(label_for_field(name, Customer)), **self._value(name)} for name in names
        ]
        return [fact for fact in facts if fact["value"] not in ("", None)]

    def _value(self, name: str) -> dict[str, Any]:
        display = getattr(self.customer, f"get_{name}_display", None)
        value = display() if display else getattr(self.customer, name)
        is_expired = name == "tax_exempt" and value and not self.customer.is_tax_exempt_today
        if isinstance(value, bool):
            value = _("Yes") if value else _("No")
        return {"value": value, "is_expired": is_expired, "url": self._url_of(name)}

    def _url_of(self, name: str) -> str:
        """Where the document is opened, by those who may."""
        if name != "tax_exempt_document" or not may(self.request.user, "view_taxdocument"):
            return ""
        return reverse(Customer.snippet_viewset.get_url_name("tax_document"), args=[self.customer.pk])

    def _addresses(self, edit: str) -> list[dict[str, Any]]:
        """The addresses by kind, each kind with its primary one first."""
        by_kind: dict[str, list[dict[str, Any]]] = {}
        # The form shows them in the same order, and counts them.
        for position, address in enumerate(self.customer.addresses.all()):
            edit_url = f"{edit}#id_addresses-{position}-line1" if edit else ""
            by_kind.setdefault(address.kind, []).append({"address": address, "edit_url": edit_url})
        headings = {Address.Kind.BILLING: _("Billing addresses"), Address.Kind.SHIPPING: _("Shipping addresses")}
        add_url = f"{edit}#id_addresses-ADD" if edit else ""
        return [{"heading": headings[kind], "rows": by_kind.get(kind, []), "add_url": add_url} for kind in Address.Kind]
