"""How sure it is that two records are one customer, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .comparing import AT_ONCE, Compared
from .weights import CLOSE, FIELDS, OTHER, SAME, SOME, UNKNOWN, Weights

CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"
CERTAIN_FROM, LIKELY_FROM, POSSIBLE_FROM = 0.99, 0.9, 0.5


@dataclass(frozen=True)
class Scored:
    """Of each pair the `certainty`, 0 to 1, and whether it `may_be_certain`: nothing speaks against it."""

    certainty: np.ndarray
    may_be_certain: np.ndarray

    def levels(self) -> np.ndarray:
        certain = (self.certainty >= CERTAIN_FROM) & self.may_be_certain
        return np.select([certain, self.certainty >= LIKELY_FROM], [CERTAIN, LIKELY], POSSIBLE)


def score(compared: Compared, weights: Weights, population: int) -> Scored:
    """The chance that each pair is one customer, by what the two agree in and how rare that is."""
    certainty = np.zeros(len(compared))
    for start in range(0, len(compared), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        chances = weights.chances(compared.levels[part], compared.rarity[part], compared.nameless[part], population)
        certainty[part] = chances[:, 0]
    return Scored(certainty, _undisputed(compared))


def _undisputed(compared: Compared) -> np.ndarray:
    """Whether the names are the same, something else that one person has is too, and no birth date is another.

    Twins, a father and a son, and colleagues agree in all but these; and two people may have one name.
    """
    level = {name: compared.levels[:, place] for place, name in enumerate(FIELDS)}
    first = (level["first"] == SAME) | compared.swapped
    last = (level["last"] == SAME) | compared.swapped | ((level["last"] == CLOSE) & (level["born"] == SAME))
    names = (first & last) | (compared.nameless & (level["company"] == SAME))
    born = (level["born"] == SAME) | (level["born"] == UNKNOWN)
    own = np.logical_or.reduce([level[name] == SAME for name in ("born", "phone", "email", "account")])
    at_home = (level["street"] > UNKNOWN) & (level["street"] <= CLOSE) & (level["house"] == SAME)
    return names & born & (own | at_home)


NAMES = ("first", "last")
ADDRESS = ("street", "house", "code")


def reasons_of(compared: Compared, index: int) -> list[str]:
    """Codes of what the two agree and differ in, the weightiest first; `selectors.duplicates.words` has the words."""
    level = {name: int(compared.levels[index, place]) for place, name in enumerate(FIELDS)}
    return list(_reasons(level, is_swapped=bool(compared.swapped[index])))


def _reasons(level: dict[str, int], *, is_swapped: bool) -> Iterator[str]:
    names = [level[name] for name in NAMES]
    if is_swapped:
        yield "names_swapped"
    elif names == [SAME, SAME]:
        yield "same_name"
    elif all(each in (SAME, CLOSE) for each in names):
        yield "similar_name"
    else:
        yield from (f"{_ADJECTIVES[level[name]]}_{name}_name" for name in NAMES if level[name] in _ADJECTIVES)
    for name in ("company", "email", "phone", "born", "account"):
        if level[name] in _ADJECTIVES and not (name == "account" and level[name] == CLOSE):
            yield f"{_ADJECTIVES[level[name]]}_{name}"
    if all(level[name] == SAME or (name == "house" and level[name] == UNKNOWN) for name in ADDRESS):
        yield "same_address"
    else:
        yield from (f"{_ADJECTIVES[level[name]]}_{name}" for name in ("street", "code") if level[name] in _ADJECTIVES)
        if level["city"] == SAME and level["code"] != SAME:
            yield "same_city"
    yield from (f"other_{name}" for name in ("first", "last", "born") if level[name] in (SOME, OTHER))


_ADJECTIVES = {SAME: "same", CLOSE: "similar"}
