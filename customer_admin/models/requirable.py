"""What a site may require of its customers' records, by the names that its settings keep."""

from django.utils.translation import gettext_lazy as _

ADDRESS_KINDS = {"billing_address": "billing", "shipping_address": "shipping"}
"""The kind of address that each of these names asks for; all other names are fields of `Customer`."""

REQUIRABLE_OF_THEMSELVES = [
    ("first_name", _("First name")),
    ("last_name", _("Last name")),
    ("company", _("Company")),
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("birth_date", _("Birth date")),
    ("language", _("Language")),
    ("billing_address", _("Billing address")),
    ("shipping_address", _("Shipping address")),
]
"""What customers can fill in about themselves."""

REQUIRABLE = [
    *REQUIRABLE_OF_THEMSELVES[:7],
    ("customer_class", _("Class")),
    ("account_number", _("Account number")),
    ("referral_source", _("Referral source")),
    *REQUIRABLE_OF_THEMSELVES[7:],
]
"""What staff can fill in."""
