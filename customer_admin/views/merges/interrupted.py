"""Keeps in the session what somebody chose for a merge while something is put right elsewhere first."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest

MERGES = "customer_admin_merges"
MOST = 5
"""So many merges are kept for each person; the oldest one gives way."""


@dataclass(frozen=True)
class KeptMerge:
    """What was chosen for the accounts with these keys, in rising order. `url` leads back to where it was chosen.

    `is_waiting` says that the person went to put something right, and is to be reminded.
    """

    accounts: list[int]
    url: str
    choices: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    tell_customer: bool = False
    is_waiting: bool = False


def keep(request: HttpRequest, merge: KeptMerge) -> None:
    others = [each for each in _all(request) if each.accounts != merge.accounts]
    _store(request, [merge, *others][:MOST])


def kept_for(request: HttpRequest, keys: Iterable[int]) -> KeptMerge | None:
    """What this person chose for these accounts before."""
    accounts = sorted(keys)
    return next((each for each in _all(request) if each.accounts == accounts), None)


def forget(request: HttpRequest, keys: Iterable[int]) -> None:
    accounts = sorted(keys)
    if kept_for(request, accounts) is not None:
        _store(request, [each for each in _all(request) if each.accounts != accounts])


def waiting_for(request: HttpRequest, key: int) -> KeptMerge | None:
    """The merge to which this person wants to come back from the customer with this key."""
    return next((each for each in _all(request) if each.is_waiting and key in each.accounts), None)


def _all(request: HttpRequest) -> list[KeptMerge]:
    kept: list[dict[str, Any]] = request.session.get(MERGES, [])
    return [KeptMerge(**each) for each in kept]


def _store(request: HttpRequest, merges: list[KeptMerge]) -> None:
    request.session[MERGES] = [asdict(each) for each in merges]
