"""The customer's own fields in a merge: where accounts differ, and which value stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from customer_admin.models import Customer

from ..texts import Texts

READ_TOGETHER = {
    "tax_exempt": (
        "tax_exempt_number",
        "tax_exempt_reason",
        "tax_exempt_region",
        "tax_exempt_until",
        "tax_exempt_document",
    )
}
"""Fields that say nothing without another one, and go with it."""

NOT_CHOSEN = {"site", "number"}


class FieldState(StrEnum):
    SAME = "same"
    CONFLICT = "conflict"
    ONE_SIDE = "one_side"
    """Only one of the accounts has a value, or all that have one have the same."""


@dataclass(frozen=True)
class FieldValue:
    """What one account has in a field. `text` is for people, "" for nothing; `is_chosen` says whether it stays."""

    customer: Customer
    value: Any
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class MergedField:
    """One field with the values of all accounts, the one that stays first.

    `usual` is the account whose value stays when nobody chooses one.
    """

    name: str
    label: str
    state: FieldState
    values: tuple[FieldValue, ...]
    usual: Customer

    @property
    def chosen(self) -> Customer:
        """The account whose value stays."""
        return next(each.customer for each in self.values if each.is_chosen)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are taken from it."""
        return (self.name, *READ_TOGETHER.get(self.name, ()))


def attname_of(name: str) -> str:
    """The attribute that holds what is in the column of a field of the customer."""
    column: Any = Customer._meta.get_field(name)
    return str(column.attname)


def mergeable_fields() -> list[models.Field]:
    """The fields of which a value is chosen."""
    hidden = {name for names in READ_TOGETHER.values() for name in names} | NOT_CHOSEN
    return [field for field in Customer._meta.concrete_fields if field.editable and field.name not in hidden]


def merged_fields(accounts: Sequence[Customer], choices: Mapping[str, Any]) -> tuple[MergedField, ...]:
    """All fields, with the choice for each: the account whose key `choices` names, else the first that has a value."""
    texts = Texts(Customer, accounts)
    return tuple(_merged(field, accounts, choices, texts) for field in mergeable_fields() if field.name != "id")


def _merged(field: models.Field, accounts: Sequence[Customer], choices: Mapping[str, Any], texts: Texts) -> MergedField:
    values = [_values_of(field, each) for each in accounts]
    filled = [value for value in values if value is not None]
    if len(set(values)) <= 1:
        state = FieldState.SAME
    else:
        state = FieldState.ONE_SIDE if len(set(filled)) == 1 else FieldState.CONFLICT
    first = next((place for place, value in enumerate(values) if value is not None), 0)
    named = str(choices.get(field.name, ""))
    chosen = next((place for place, each in enumerate(accounts) if str(each.pk) == named), first)
    return MergedField(
        field.name,
        capfirst(str(field.verbose_name)),
        state,
        tuple(
            FieldValue(each, getattr(each, field.name), _in_words(field, each, texts), place == chosen)
            for place, each in enumerate(accounts)
        ),
        accounts[first],
    )


def _values_of(field: models.Field, customer: Customer) -> tuple[Any, ...] | None:
    """What is compared; None for no value. That somebody is not exempt is none either, but a wish is always one."""
    value = getattr(customer, field.attname)
    if field.name in READ_TOGETHER:
        others = (getattr(customer, attname_of(name)) for name in READ_TOGETHER[field.name])
        return (value, *others) if value else None
    return None if value in field.empty_values else (value,)


def _in_words(field: models.Field, customer: Customer, texts: Texts) -> str:
    text = texts.of(field, customer)
    if field.name == "tax_exempt" and customer.tax_exempt:
        until = texts.of(Customer._meta.get_field("tax_exempt_until"), customer)
        details = [customer.tax_exempt_number, customer.tax_exempt_region]
        details += [_("until %(day)s") % {"day": until}] if until else []
        return ", ".join(filter(None, [text, *details]))
    return text
