"""Reads about merges that somebody asked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from customer_admin.models import Customer, MergeRequest

SHOWN = 50


@dataclass(frozen=True)
class AskedMerge:
    """A request with its accounts as they are now; those that were deleted since are left out."""

    request: MergeRequest
    survivor: Customer | None
    duplicates: tuple[Customer, ...]

    @property
    def going(self) -> int:
        """How many accounts were to go, the deleted ones included."""
        return len(self.request.accounts) - 1


def waiting_merges() -> list[AskedMerge]:
    """Those that wait for a second person, the oldest first, up to a bound."""
    return with_accounts(MergeRequest.objects.filter(state=MergeRequest.State.WAITING).order_by("asked_at")[:SHOWN])


def decided_merges() -> list[AskedMerge]:
    """Those that were decided, the newest decision first, up to a bound."""
    decided = MergeRequest.objects.filter(decided_at__isnull=False)
    return with_accounts(decided.order_by("-decided_at")[:SHOWN])


def asked_merge(request: MergeRequest) -> AskedMerge:
    return with_accounts([request])[0]


def accounts_under_way() -> set[int]:
    """The keys of the customers who are to be merged already."""
    states = [MergeRequest.State.QUEUED, MergeRequest.State.WAITING]
    accounts_of_each = MergeRequest.objects.filter(state__in=states).values_list("accounts", flat=True)
    return {key for accounts in accounts_of_each for key in accounts}


def count_waiting_merges() -> int:
    return MergeRequest.objects.filter(state=MergeRequest.State.WAITING).count()


def with_accounts(requests: Iterable[MergeRequest]) -> list[AskedMerge]:
    requests = list(requests)
    found = Customer.all_objects.in_bulk({key for each in requests for key in each.accounts})
    return [
        AskedMerge(each, found.get(each.accounts[0]), tuple(found[key] for key in each.accounts[1:] if key in found))
        for each in requests
    ]
