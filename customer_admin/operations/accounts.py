"""Locking a customer before anything that belongs to it, at every door: so no two ever wait for each other."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError
from customer_admin.models import Customer
from customer_admin.models.history import lock_rows

Row = TypeVar("Row", bound=Model)


def locked_account(customer: Customer, refusal: type[CustomerAdminError], *, or_merged: bool = False) -> Customer:
    """The customer as it is now, whom nobody else changes, deletes or books on meanwhile.

    Raises `refusal` with the code "gone", or "merged" for an account that was merged away, unless `or_merged` may be.
    """
    found = Customer.all_objects.select_for_update().filter(pk=customer.pk).first()
    if found is None:
        raise refusal(_("This customer was deleted meanwhile."), code="gone")
    if found.merged_into_id is not None and not or_merged:
        raise refusal(_("This account was merged into another one. Open that one."), code="merged")
    return found


def lock_accounts(find: Callable[[], set[Any]], *, no_key: bool = False) -> None:
    """Lock the customers whose keys `find` answers, in their order, and hold at least those whom it answers then.

    With `no_key` others may still make rows that belong to them.

    A lock that was found to be needed too late would stand in the wrong place of the order; all are let go of with the
    savepoint, and taken anew.
    """
    keys = find()
    while True:
        with transaction.atomic():
            lock_rows(Customer, sorted(keys), using=router.db_for_write(Customer), no_key=no_key)
            needed = find()
            if needed <= keys:
                return
            transaction.set_rollback(True)
        keys |= needed


def hold_account(*, customer: Customer | int) -> Customer:
    """The account for which rows are to be written: this customer, or the one that it was merged into.

    Until the recording or transaction around it ends nobody merges or deletes the account, so that no row which a host
    writes for it ends at an account that is gone. Raises Customer.DoesNotExist.
    """
    key = customer.pk if isinstance(customer, Customer) else customer

    def find() -> set[Any]:
        pairs = Customer.all_objects.filter(pk=key).values_list("pk", "merged_into")
        return {merged_into or own for own, merged_into in pairs}

    lock_accounts(find, no_key=True)
    return Customer.objects.get(pk__in=find())


def locked_row(
    rows: QuerySet[Row], row: Model, refusal: type[CustomerAdminError], *, or_merged: bool = False
) -> Row | None:
    """The one of `rows` that is `row`, as it is now and locked after its customer; None when it is gone.

    Raises `refusal` as `locked_account` does.
    """
    owner = rows.model._base_manager.filter(pk=row.pk).values_list("customer", flat=True).first()
    if owner is None:
        return None
    locked_account(Customer(pk=owner), refusal, or_merged=or_merged)
    return rows.select_for_update(of=("self",)).filter(pk=row.pk).first()
