"""The pairs that were found, as people look through them: in groups, both customers side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format

from customer_admin.models import Address, Customer, DuplicateDismissal, DuplicatePair, DuplicateSearch

from .groups import grouped
from .reading import address_texts
from .words import fields_agreeing, reasons_in_words

OPEN, DISMISSED = "open", "dismissed"
OWN = ("number", "first_name", "last_name", "company", "email", "phone", "birth_date", "account_number")
MOST_OF_A_GROUP = 15
MOST_ADDRESSES = 5
ROUNDS = 4
"""So far from the pairs of a page others of their groups are looked for."""


@dataclass(frozen=True)
class PairGroup:
    """Pairs that are shown together; `has_more` when the group is too large to show all of it."""

    pairs: list[DuplicatePair]
    has_more: bool = False


@dataclass(frozen=True)
class Line:
    """One field of both customers; `agrees` when the two have it the same or nearly so."""

    label: str
    first: str
    second: str
    agrees: bool


@dataclass(frozen=True)
class ShownPair:
    """A pair with what a person needs to decide about it; `decision` is there when somebody has."""

    pair: DuplicatePair
    decision: DuplicateDismissal | None
    addresses: tuple[Address | None, Address | None]

    @property
    def why(self) -> str:
        return reasons_in_words(self.pair.reasons)

    @property
    def percent(self) -> int:
        """The certainty for people: never a hundred, since nobody can know."""
        return min(int(self.pair.certainty * 100), 99)

    @cached_property
    def lines(self) -> list[Line]:
        """The fields that one of the two has."""
        agreeing = fields_agreeing(self.pair.reasons)
        told = [(name, *(_text(customer, name) for customer in (self.pair.first, self.pair.second))) for name in OWN]
        told.append(("address", *(str(address or "") for address in self.addresses)))
        return [Line(_label(name), one, other, name in agreeing) for name, one, other in told if one or other]


def _text(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    if not value:
        return ""
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else str(value)


def _label(name: str) -> str:
    model: Any
    model, field = (Address, "line1") if name == "address" else (Customer, name)
    return str(model._meta.get_field(field).verbose_name)


def pairs_for_review(*, status: str = OPEN, level: str = "", customer: int | None = None) -> QuerySet[DuplicatePair]:
    """The pairs that are open, or those that somebody decided about; the most certain first."""
    pairs = DuplicatePair.objects.dismissed() if status == DISMISSED else DuplicatePair.objects.open()
    if level:
        pairs = pairs.filter(level=level)
    if customer is not None:
        pairs = pairs.of(customer)
    return pairs.order_by("-certainty", "pk")


def open_pairs_of(customer: Customer) -> list[DuplicatePair]:
    """The pairs of one customer that nobody has decided about."""
    return list(DuplicatePair.objects.open().of(customer).select_related("first", "second"))


def last_search() -> DuplicateSearch | None:
    return DuplicateSearch.objects.first()


def in_groups(pairs: Iterable[DuplicatePair]) -> list[PairGroup]:
    """These open pairs together with others that share a customer with them, group by group in the order given.

    What is added stays within a bound: twenty customers who may all be one are 190 pairs.
    """
    asked_for = {pair.pk: pair for pair in pairs}
    found, room = dict(asked_for), MOST_OF_A_GROUP * len(asked_for)
    keys = {key for pair in found.values() for key in (pair.first_id, pair.second_id)}
    asked: set[int] = set()
    for _round in range(ROUNDS):
        new = keys - asked
        if not new:
            break
        asked |= new
        more = DuplicatePair.objects.open().filter(Q(first__in=new) | Q(second__in=new)).exclude(pk__in=found)
        added = {pair.pk: pair for pair in more[:room]}
        found, room = found | added, room - len(added)
        if not room:
            break
        keys = {key for pair in found.values() for key in (pair.first_id, pair.second_id)}
    return [_bounded(group, asked_for) for group in grouped(found.values())]


def _bounded(group: list[DuplicatePair], asked_for: Mapping[int, DuplicatePair]) -> PairGroup:
    """As many of the group as fit, and those that were asked for, which come first, in any case."""
    size = max(MOST_OF_A_GROUP, sum(pair.pk in asked_for for pair in group))
    return PairGroup(group[:size], len(group) > size)


def shown(pairs: Iterable[DuplicatePair]) -> dict[int, ShownPair]:
    """What is shown of each pair, by its key; as many questions for many as for one."""
    pairs = list(pairs)
    keys = {key for pair in pairs for key in (pair.first_id, pair.second_id)}
    customers = Customer.all_objects.in_bulk(keys)
    addresses: dict[int, list[Address]] = defaultdict(list)
    for address in Address.objects.filter(customer__in=keys).order_by("-is_primary", "pk"):
        addresses[address.customer_id].append(address)
    rows = DuplicateDismissal.objects.filter(customer__in=keys, other__in=keys)
    decisions = {frozenset((row.customer_id, row.other_id)): row for row in rows}
    for pair in pairs:
        pair.first, pair.second = customers[pair.first_id], customers[pair.second_id]
    return {
        pair.pk: ShownPair(
            pair,
            decisions.get(frozenset((pair.first_id, pair.second_id))),
            _most_alike(addresses[pair.first_id], addresses[pair.second_id]),
        )
        for pair in pairs
    }


def _most_alike(ours: list[Address], theirs: list[Address]) -> tuple[Address | None, Address | None]:
    """An address of each that have most in common, the primary ones where nothing has."""
    if not ours or not theirs:
        return next(iter(ours), None), next(iter(theirs), None)

    def common(both: tuple[Address, Address]) -> int:
        one, other = (address_texts(each.line1, each.postal_code, each.city) for each in both)
        return sum(text == same != "" for text, same in zip(one, other, strict=True))

    return max(product(ours[:MOST_ADDRESSES], theirs[:MOST_ADDRESSES]), key=common)


def count_of_open(most: int) -> int:
    """How many pairs are open, counted up to `most`."""
    return DuplicatePair.objects.open().order_by().values("pk")[:most].count()
