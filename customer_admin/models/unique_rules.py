"""The rules of uniqueness of any model, as far as they are made of columns."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class Rule:
    """Columns that are unique together, among the rows that fulfil the condition."""

    fields: tuple[str, ...]
    condition: Q | None = None
    flag: str = ""
    """The yes/no field that alone is the condition, if it is one: it can be turned off to make place."""

    def attnames(self, model: Any) -> list[str]:
        return [model._meta.get_field(name).attname for name in self.fields]


def rules_of(model: type[models.Model]) -> list[Rule]:
    """All rules of uniqueness that are made of columns; those of expressions are left to the database."""
    rules = [Rule((column.name,)) for column in model._meta.concrete_fields if column.unique and not column.primary_key]
    rules += [Rule(tuple(names)) for names in model._meta.unique_together]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            rules.append(Rule(tuple(constraint.fields), constraint.condition, _flag(model, constraint.condition)))
    return rules


def _flag(model: type[models.Model], condition: Q | None) -> str:
    if condition is None or len(condition.children) != 1 or condition.negated:
        return ""
    name, value = condition.children[0]  # type: ignore[misc]
    is_flag = value is True and isinstance(model._meta.get_field(str(name)), models.BooleanField)
    return str(name) if is_flag else ""


def names_in(condition: Q | None) -> set[str]:
    if condition is None:
        return set()
    names: set[str] = set()
    for child in condition.children:
        names |= names_in(child) if isinstance(child, Q) else {str(child[0]).partition("__")[0]}  # type: ignore[index]
    return names
