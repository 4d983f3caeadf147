"""Creating, changing and removing customer classes."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customer_admin.errors import ClassRefused, CustomerAdminError, DeleteRefused
from customer_admin.models import ChangeSet, ChangeSetKind, CustomerClass, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.classes import given_by, obstacles_to_delete_class
from customer_admin.selectors.history import Seen
from customer_admin.selectors.site_settings import sites_that_give

from .meanwhile import Meanwhile
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


def update_class(
    *,
    actor: AnyActor,
    customer_class: CustomerClass,
    reason: str = "",
    seen: Seen | str | None = None,
    **fields: Any,
) -> CustomerClass:
    """The class with the given fields changed. Raises PermissionRefused, ClassRefused.

    `seen` is the `version_of` the class when the person began: what others changed since then stays, unless the person
    changed the same, which raises ChangedMeanwhile.
    """
    actor = require(actor, "change_customerclass")
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        customer_class = _locked(customer_class, ClassRefused)
        fields = meanwhile.settle(customer_class, fields, Seen.of(seen))
        meanwhile.refuse()
        return _save(customer_class, fields)


def delete_class(*, actor: AnyActor, customer_class: CustomerClass, reason: str = "") -> ChangeSet:
    """Remove a class that no customer has and no site gives. Raises PermissionRefused, DeleteRefused."""
    require(actor, "delete_customerclass")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        customer_class = _locked(customer_class, DeleteRefused)
        if obstacles := obstacles_to_delete_class(customer_class):
            raise DeleteRefused(" ".join(obstacles))
        customer_class.delete()
    assert current.change_set is not None
    return current.change_set


def _save(customer_class: CustomerClass, fields: dict[str, Any]) -> CustomerClass:
    assign(customer_class, fields, CLASS_FIELDS)
    if customer_class.is_default and not customer_class.is_active:
        raise ClassRefused(fields={"is_active": _("The default class must be active. Make another class the default.")})
    if not customer_class.is_active and customer_class.pk and (sites := sites_that_give(customer_class)):
        raise ClassRefused(fields={"is_active": given_by(sites)})
    others = CustomerClass.objects.filter(is_default=True).exclude(pk=customer_class.pk)
    if customer_class.is_default:
        others.update(is_default=False)  # First, since only one may be the default at any moment.
    check(customer_class, ClassRefused)
    try:
        with transaction.atomic():
            customer_class.save()
    except IntegrityError:
        # Somebody else took the code, or made another class the default one, between the check and now.
        check(customer_class, ClassRefused)
        raise
    return customer_class


def _locked(customer_class: CustomerClass, refusal: type[CustomerAdminError]) -> CustomerClass:
    found = CustomerClass.objects.select_for_update().filter(pk=customer_class.pk).first()
    if found is None:
        raise refusal(_("This class was deleted meanwhile."), code="gone")
    return found
