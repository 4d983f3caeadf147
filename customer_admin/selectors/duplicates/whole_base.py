"""All pairs in the whole base that may be one customer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import models

from customer_admin.models import Address

from .blocking import candidates
from .comparing import Compared, compare
from .reading import add_addresses, add_customers, living
from .records import Records, RecordsBuilder
from .scoring import POSSIBLE_FROM, reasons_of, score
from .weights import FIELDS, Weights, defaults, learned

RANDOM_PAIRS, MOST_LEARNED = 200_000, 1_000_000
"""How many pairs of strangers, and of candidates at most, the weights are learned from."""
COMMON_FROM = 3.0
"""A name that is so many times as frequent as the average one is worth remembering."""
MOST_COMMON = 300

Told = Callable[[float], None]


@dataclass(frozen=True)
class FoundPair:
    """Two customers by their keys, the smaller one first."""

    first: int
    second: int
    certainty: float
    level: str
    reasons: list[str]


class WholeBase:
    """Reads all customers when it is made; `pairs` finds those who may be the same, the same each time.

    `told` hears how much of the work is done, from 0 to 1.
    """

    def __init__(self, told: Told = lambda done: None) -> None:
        self._told = told
        self.records = read_all(told)
        self.weights: Weights = defaults()

    def __len__(self) -> int:
        return len(self.records)

    def pairs(self) -> Iterator[FoundPair]:
        """Every pair that is at least possible. The weights are learned on the way."""
        pairs, self.weights = pairs_of(self.records, self._told)
        yield from pairs

    def learned(self) -> dict[str, Any]:
        """What look-ups while typing take from here: the weights, and which names are common."""
        common = {}
        for name in ("first", "last", "city"):
            column, place = self.records[name], FIELDS.index(name)
            usual = self.weights.shares[1, place, 1]
            shares = column.counts / max(len(self), 1)
            most = [at for at in np.argsort(-shares)[:MOST_COMMON].tolist() if at and shares[at] > COMMON_FROM * usual]
            common[name] = {column.texts[at]: round(float(shares[at]), 6) for at in most}
        return {"weights": self.weights.as_json(), "shares": common}


def read_all(told: Told = lambda done: None) -> Records:
    """All living customers with their addresses."""
    builder, total = RecordsBuilder(), max(living().count(), 1)
    add_customers(builder, living(), lambda count: told(0.2 * count / total))
    add_addresses(builder, models.QuerySet(Address))
    told(0.35)
    return builder.records()


def pairs_of(records: Records, told: Told = lambda done: None) -> tuple[Iterator[FoundPair], Weights]:
    """Every pair of these records that is at least possible, and the weights that were learned from them."""
    if len(records) < 2:
        return iter(()), defaults()
    compared = compare(records, *candidates(records))
    told(0.6)
    picked = _some(len(compared), MOST_LEARNED)
    part = min(MOST_LEARNED / max(len(compared), 1), 1.0)
    strangers = compare(records, *_strangers(len(records)))
    seen = compared.only(picked)
    weights = learned(seen.levels, seen.rarity, seen.nameless, strangers.levels, len(records), part=part)
    told(0.7)
    return found_pairs(compared, records, weights), weights


def found_pairs(compared: Compared, records: Records, weights: Weights) -> Iterator[FoundPair]:
    """Those of the pairs that are at least possible."""
    scored = score(compared, weights, records.population)
    found = np.flatnonzero(scored.certainty >= POSSIBLE_FROM)
    levels, certainty, compared = scored.levels()[found], scored.certainty[found], compared.only(found)
    for at in range(len(found)):
        first, second = sorted((int(records.keys[compared.first[at]]), int(records.keys[compared.second[at]])))
        yield FoundPair(first, second, round(float(certainty[at]), 4), str(levels[at]), reasons_of(compared, at))


def _some(size: int, most: int) -> Any:
    """Places of so many at most, picked at random; the same each time."""
    return slice(None) if size <= most else np.random.default_rng(size).choice(size, most, replace=False)


def _strangers(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs picked at random, who are hardly ever the same."""
    first, second = np.random.default_rng(size).integers(0, size, (2, RANDOM_PAIRS))
    return first[first != second], second[first != second]
