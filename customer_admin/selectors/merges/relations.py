"""Every column of every installed app that says which customer a row belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from customer_admin.models import ChangeSetCustomer, Customer, Tracked
from customer_admin.models.history import ChangeSetRow

NOTES_OF_WAGTAIL = {"wagtailadmin", "wagtailcore", "wagtailsearch"}
"""What these apps note about records of any kind, such as who has one open, is about that record and no other."""


@dataclass(frozen=True)
class CustomerRelation:
    """A column of `model` that leads to customers: of a foreign key, a one-to-one, a many-to-many's own table, or of a
    generic foreign key, whose type is then in the column `type_name`.
    """

    model: Any
    field: Any
    type_name: str = ""
    for_concrete_model: bool = True

    @property
    def name(self) -> str:
        """What it is called in choices, such as "customer_admin.order.customer"."""
        return f"{self.model._meta.label_lower}.{self.field.name}"

    @property
    def is_tracked(self) -> bool:
        return issubclass(self.model, Tracked)

    @property
    def is_single(self) -> bool:
        """Whether a customer has at most one such row."""
        return bool(self.field.unique)

    def what(self, count: int) -> str:
        """The model's name for that many rows."""
        meta = self.model._meta
        if meta.auto_created:  # The links of a many-to-many are known by what they link to.
            meta = meta.auto_created._meta
        return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)

    @property
    def target(self) -> str:
        """The customer's own column to which it leads: the key, if the host did not choose another one."""
        target = getattr(self.field, "target_field", None)
        return target.attname if target is not None else "pk"

    def value(self, customer: Customer) -> Any:
        """What the column holds for this customer."""
        return self.field.to_python(getattr(customer, self.target))

    def rows(self, customers: Iterable[Customer]) -> models.QuerySet:
        """The rows of these customers, in no order."""
        values = [self.value(each) for each in customers]
        return self.all_rows().filter(**{f"{self.field.attname}__in": values})

    def all_rows(self) -> models.QuerySet:
        """The rows of all customers, in no order."""
        rows = self.model._base_manager.order_by()
        if not self.type_name:
            return rows
        type_of = ContentType.objects.get_for_model(Customer, for_concrete_model=self.for_concrete_model)
        return rows.filter(**{self.type_name: type_of})


@cache
def relations_to_customers() -> tuple[CustomerRelation, ...]:
    """All of them by name, but for what is a log of customers, the history, and rows that are the customer itself."""
    return tuple(sorted([*_foreign_keys(), *_generic_keys()], key=lambda relation: relation.name))


def _foreign_keys() -> Iterator[CustomerRelation]:
    # Hidden ones too: a host may have said that the customer need not know of its model.
    relations: Iterable[Any] = Customer._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        model, field = relation.related_model, relation.field
        is_customer = model is Customer or field.remote_field.parent_link
        is_computed = getattr(model, "is_computed", False)  # Such as possible duplicates, which are found anew.
        is_log = issubclass(model, ChangeSetRow | ChangeSetCustomer)
        if model._meta.managed and not (is_customer or is_computed or is_log):
            yield CustomerRelation(model, field)


def _generic_keys() -> Iterator[CustomerRelation]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model._meta.app_label in NOTES_OF_WAGTAIL:
            continue
        for key in model._meta.private_fields:
            if isinstance(key, GenericForeignKey) and key.model is model:
                field = model._meta.get_field(key.fk_field)
                yield CustomerRelation(model, field, key.ct_field, key.for_concrete_model)
