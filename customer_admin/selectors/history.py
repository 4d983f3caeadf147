"""Reads of the history that tell whether a customer is still as somebody saw it."""

from typing import Any

from django.db.models import F

from customer_admin.models import AccountNote, Address, ChangeSet, Customer


def version_of(customer: Customer) -> str:
    """A text that changes whenever the customer, an address or a note of theirs does."""
    return ".".join(str(row["history_id"]) if row else "0" for row in _newest_rows(customer))


def newest_change_of(customer: Customer) -> ChangeSet | None:
    """The latest change to the customer, an address or a note of theirs."""
    keys = [row["change_set_id"] for row in _newest_rows(customer) if row]
    return ChangeSet.objects.filter(pk__in=keys).order_by(F("closed").desc(nulls_last=True)).first()


def rows_seen(customer: Customer, version: str) -> dict[str, dict[Any, Any]]:
    """The history rows that were the newest at `version`: under "" the customer's, else by relation, then by key."""
    rows: dict[str, dict[Any, Any]] = {}
    for (relation, history), newest in zip(_histories(customer).items(), version.split("."), strict=True):
        seen = history.filter(history_id__lte=int(newest)).order_by("history_id")
        rows[relation] = {row.id: row for row in seen if row.history_type != "-"}
    return rows


def _newest_rows(customer: Customer) -> list[dict[str, Any] | None]:
    return [
        history.order_by("-history_id").values("history_id", "change_set_id").first()
        for history in _histories(customer).values()
    ]


def _histories(customer: Customer) -> dict[str, Any]:
    return {
        "": Customer.history.filter(id=customer.pk),
        "addresses": Address.history.filter(customer_id=customer.pk),
        "account_notes": AccountNote.history.filter(customer_id=customer.pk),
    }
