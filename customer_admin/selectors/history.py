"""Reads of the history: who changed what, from which value to which."""

from customer_admin.models import AccountNote, Address, ChangeSet, Customer


def version_of(customer: Customer) -> str:
    """A text that changes whenever the customer, an address or a note of theirs does."""
    return ".".join(str(row["history_id"]) if row else "0" for row in _newest_rows(customer))


def newest_change_of(customer: Customer) -> ChangeSet | None:
    """The latest change to the customer, an address or a note of theirs."""
    keys = [row["change_set_id"] for row in _newest_rows(customer) if row]
    return ChangeSet.objects.filter(pk__in=keys).order_by("-created_at").first()


def _newest_rows(customer: Customer) -> list[dict | None]:
    histories = (
        Customer.history.filter(id=customer.pk),
        Address.history.filter(customer_id=customer.pk),
        AccountNote.history.filter(customer_id=customer.pk),
    )
    return [history.order_by("-history_id").values("history_id", "change_set_id").first() for history in histories]
