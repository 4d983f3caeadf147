"""What the settings of a site require of a customer's record, and what of it is still empty."""

from collections.abc import Collection, Iterable

from customer_admin.models import Address, Customer
from customer_admin.models.requirable import ADDRESS_KINDS, REQUIRABLE

from .site_settings import settings_of


def empty_fields(customer: Customer, kinds: Collection[str], names: Iterable[str]) -> list[str]:
    """Those of `names` that nothing is entered for; `kinds` are the kinds of the customer's addresses."""
    return [name for name in names if not _is_filled(customer, kinds, name)]


def still_empty(customer: Customer) -> list[str]:
    """The labels of what staff must fill in by the settings and nobody has yet."""
    required = settings_of(customer.site).required_for_staff
    if not required:
        return []
    own = Address.objects.filter(customer=customer)
    kinds = set(own.values_list("kind", flat=True)) if ADDRESS_KINDS.keys() & set(required) else set()
    return [label_of(name) for name in empty_fields(customer, kinds, required)]


def label_of(name: str) -> str:
    """What people call one of the names that the settings keep."""
    return str(dict(REQUIRABLE).get(name, name))


def _is_filled(customer: Customer, kinds: Collection[str], name: str) -> bool:
    if name in ADDRESS_KINDS:
        return ADDRESS_KINDS[name] in kinds
    value = getattr(customer, "customer_class_id" if name == "customer_class" else name, None)
    return bool(value.strip()) if isinstance(value, str) else value is not None
