"""The pairs of which it is certain that they are one customer, which may be merged without looking at each."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db.models import F

from customer_admin.models import Customer, DuplicateDismissal, DuplicatePair

from ..merges.survivors import ranks_of
from .groups import grouped
from .lookup import levels_between
from .scoring import CERTAIN


def certain_groups(pairs: Iterable[int] | None = None) -> list[list[int]]:
    """The keys of customers who are certainly one, each group with the one first that would stay.

    Of all open pairs that are certain, or of those with the keys `pairs`; the most certain ones first.
    """
    rows = DuplicatePair.objects.open().filter(level=CERTAIN).order_by("-certainty", "pk")
    if pairs is not None:
        rows = rows.filter(pk__in=list(pairs))
    groups = [
        {key for pair in group for key in (pair.first_id, pair.second_id)}
        for group in grouped(rows.only("first_id", "second_id"))
    ]
    rank = ranks_of(key for group in groups for key in group)
    return [sorted(group, key=lambda key: rank[key]) for group in groups if all(key in rank for key in group)]


def count_of_certain(most: int) -> int:
    """How many open pairs are certain, counted up to `most`."""
    return DuplicatePair.objects.open().filter(level=CERTAIN).order_by().values("pk")[:most].count()


def are_certainly_one(customers: Sequence[Customer]) -> bool:
    """Whether these are one, by what they are now: all linked by pairs that are certain, and none decided about."""
    keys = {each.pk for each in customers}
    # One about two who were merged all the same is about the one who stayed, and about nobody else.
    decisions = DuplicateDismissal.objects.filter(customer__in=keys, other__in=keys).exclude(customer=F("other"))
    if decisions.exists():
        return False
    certain = {
        frozenset((customer.pk, other))
        for customer in customers
        for other, level in levels_between(customer, keys - {customer.pk}).items()
        if level == CERTAIN
    }
    linked = grouped(
        DuplicatePair(first_id=first, second_id=second)
        for first, second in combinations(sorted(keys), 2)
        if {first, second} in certain
    )
    return len(linked) == 1 and {key for pair in linked[0] for key in (pair.first_id, pair.second_id)} == keys
