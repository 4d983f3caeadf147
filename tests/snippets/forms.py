"""What a browser would post from the customer's form."""

from typing import Any

from customer_admin.models import AccountNote, Address, Customer
from customer_admin.selectors.history import version_of

ADDRESS = [
    "kind",
    "first_name",
    "last_name",
    "company",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
    "country",
    "phone",
]
NOTE = ["kind", "body", "alert_level"]
FIELDS = [
    "first_name", "last_name", "company", "email", "phone", "account_number", "language", "referral_source",
    "tax_exempt_number", "tax_exempt_reason", "tax_exempt_region",
]  # fmt: skip


def posted(*, addresses: Any = (), account_notes: Any = (), existing: Any = (), **fields: Any) -> dict[str, Any]:
    """The data of a new customer's form; `existing` are rows of either relation that are there already."""
    data = dict(fields)
    for relation, new in (("addresses", list(addresses)), ("account_notes", list(account_notes))):
        old = [row for row in existing if row["relation"] == relation]
        data |= {f"{relation}-INITIAL_FORMS": len(old), f"{relation}-TOTAL_FORMS": len(old) + len(new)}
        data |= {f"{relation}-MIN_NUM_FORMS": 0, f"{relation}-MAX_NUM_FORMS": 1000}
        for position, row in enumerate([*old, *new]):
            data |= {f"{relation}-{position}-{name}": value for name, value in row.items() if name != "relation"}
    return data


def posted_of(customer: Customer, **new: Any) -> dict[str, Any]:
    """The data of the form of `customer` as it opens now, with `new` inline rows added."""
    existing = []
    for address in Address.objects.filter(customer=customer):
        row = {name: getattr(address, name) for name in ADDRESS}
        row |= {"relation": "addresses", "id": address.pk} | ({"is_primary": "on"} if address.is_primary else {})
        existing.append(row)
    for note in AccountNote.objects.filter(customer=customer):
        row = {name: getattr(note, name) for name in NOTE}
        existing.append({**row, "relation": "account_notes", "id": note.pk})
    fields = {name: getattr(customer, name) for name in FIELDS}
    fields |= {name: "on" for name in ("notify_account", "notify_marketing", "tax_exempt") if getattr(customer, name)}
    fields |= {
        "customer_class": customer.customer_class_id or "",
        "seen": version_of(customer, "addresses", "account_notes"),
    }
    return posted(existing=existing, **new, **fields)
