"""Locking a customer before anything that belongs to it, at every door: so no two ever wait for each other."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError
from customer_admin.models import Customer

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
