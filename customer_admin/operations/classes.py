"""Creating, changing and removing customer classes."""

from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import ClassRefused, DeleteRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Customer, CustomerClass, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require

from .refusals import assign, check

CLASS_FIELDS = frozenset(
    {
        "name", "code", "kind", "invoice_layout", "discount_percent", "case_discount_percent", "free_tastings",
        "tax_exempt_by_default", "is_active", "is_default",
    }
)  # fmt: skip


def create_class(*, actor: AnyActor, reason: str = "", **fields: Any) -> CustomerClass:
    """A new class. Raises PermissionRefused, ClassRefused."""
    require(actor, "add_customerclass")
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        return _save(CustomerClass(), fields)


def update_class(*, actor: AnyActor, customer_class: CustomerClass, reason: str = "", **fields: Any) -> CustomerClass:
    """The class with the given fields changed. Raises PermissionRefused, ClassRefused."""
    require(actor, "change_customerclass")
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        return _save(CustomerClass.objects.select_for_update().get(pk=customer_class.pk), fields)


def delete_class(*, actor: AnyActor, customer_class: CustomerClass, reason: str = "") -> ChangeSet:
    """Remove a class that no customer has. Raises PermissionRefused, DeleteRefused."""
    require(actor, "delete_customerclass")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        customer_class = CustomerClass.objects.select_for_update().get(pk=customer_class.pk)
        if Customer.all_objects.filter(customer_class=customer_class).exists():
            raise DeleteRefused(_("Customers have this class. Untick “active” instead: it stays with them."))
        customer_class.delete()
    assert current.change_set is not None
    return current.change_set


def _save(customer_class: CustomerClass, fields: dict[str, Any]) -> CustomerClass:
    assign(customer_class, fields, CLASS_FIELDS)
    if customer_class.is_default and not customer_class.is_active:
        raise ClassRefused(fields={"is_active": _("The default class must be active. Make another class the default.")})
    others = CustomerClass.objects.filter(is_default=True).exclude(pk=customer_class.pk)
    if customer_class.is_default:
        others.update(is_default=False)  # First, since only one may be the default at any moment.
    check(customer_class, ClassRefused)
    customer_class.save()
    return customer_class
