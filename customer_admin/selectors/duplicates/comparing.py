"""How far two records agree, field by field, for many pairs at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from .records import ADDRESS_FIELDS, SLOTS, Column, Records
from .weights import CLOSE, DEFAULTS, FIELDS, OTHER, SAME, SOME, STRANGER, UNKNOWN

AT_ONCE = 500_000
"""So many pairs are compared at once."""
COMMON, RAREST = 1000.0, 1e-7
"""How many records it takes until their own frequencies count as much as those of any base; and the least share."""
COMMON_IN_ADDRESS = {"street": 4, "house": 2, "code": 4, "city": 1}
ALONE = 2000
"""So few texts are compared in this thread, since waking others takes longer."""


Grade = Callable[[Column, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Compared:
    """Pairs of places in the records, and for each what was found.

    `levels` has a column for each field, `rarity` the logarithm of how often strangers have all that the two have the
    same of, `swapped` whether first and last name stand in each other's place, `nameless` whether neither is a person.
    """

    first: np.ndarray
    second: np.ndarray
    levels: np.ndarray
    rarity: np.ndarray
    swapped: np.ndarray
    nameless: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    def only(self, rows: Any) -> "Compared":
        """Some of the pairs."""
        parts = (self.first, self.second, self.levels, self.rarity, self.swapped, self.nameless)
        return Compared(*(part[rows] for part in parts))


def compare(records: Records, first: np.ndarray, second: np.ndarray) -> Compared:
    """Compare the pairs (`first[i]`, `second[i]`), some at a time, so that memory stays flat."""
    levels = np.zeros((len(first), len(FIELDS)), dtype=np.uint8)
    rarity, swapped = np.zeros(len(first), dtype=np.float32), np.zeros(len(first), dtype=bool)
    for start in range(0, len(first), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        _compare(records, first[part], second[part], levels[part], rarity[part], swapped[part])
    named = (records["first"].codes > 0) | (records["last"].codes > 0)
    return Compared(first, second, levels, rarity, swapped, ~(named[first] | named[second]))


def _compare(
    records: Records,
    first: np.ndarray,
    second: np.ndarray,
    levels: np.ndarray,
    rarity: np.ndarray,
    swapped: np.ndarray,
) -> None:
    slots = _slots(records, first, second)
    for place, name in enumerate(FIELDS):
        column = records[name]
        if name in ADDRESS_FIELDS:
            left, right = column.codes[first, slots[0]], column.codes[second, slots[1]]
        else:
            left, right = column.codes[first], column.codes[second]
        levels[:, place] = _graded(column, left, right, GRADES[name])
        same = np.flatnonzero(levels[:, place] == SAME)
        rarity[same] += np.log(_shares(records, name, left[same]))
    swapped[:] = _swapped(records, first, second, levels)
    given, family, email = (FIELDS.index(name) for name in ("first", "last", "email"))
    levels[swapped, given] = levels[swapped, family] = CLOSE
    # Addresses that are made of the same names are alike whoever has them.
    of_names = (levels[:, family] <= CLOSE) & (levels[:, family] > UNKNOWN) & (levels[:, email] > SAME)
    levels[of_names & (levels[:, email] < OTHER), email] = UNKNOWN


def _shares(records: Records, name: str, codes: np.ndarray) -> np.ndarray:
    """How often a stranger has these texts: as this base says, and the less of it there is, as any base does."""
    column, usual = records[name], DEFAULTS[name][STRANGER][0]
    if records.is_whole_base:
        share = (column.counts[codes] - 1 + COMMON * usual) / (len(records) + COMMON)
    else:
        known = records.shares.get(name, {})
        share = np.array([known.get(column.texts[code], usual) for code in codes.tolist()])
    return np.clip(share, RAREST, 0.5)


def _slots(records: Records, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which address of each of the two is compared: those that have most in common."""
    chosen = np.zeros((2, len(first)), dtype=np.intp)
    has_second = records["street"].codes[:, 1] + records["code"].codes[:, 1] > 0
    several = np.flatnonzero(has_second[first] | has_second[second])
    best = np.full(len(several), -1)
    for left in range(SLOTS):
        for right in range(SLOTS):
            common = np.zeros(len(several), dtype=int)
            for name, value in COMMON_IN_ADDRESS.items():
                codes = records[name].codes
                ours, theirs = codes[first[several], left], codes[second[several], right]
                common += value * ((ours == theirs) & (ours > 0))
            better = common > best
            best = np.where(better, common, best)
            chosen[0, several[better]], chosen[1, several[better]] = left, right
    return chosen[0], chosen[1]


def _swapped(records: Records, first: np.ndarray, second: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Whose names agree only the other way round."""
    swapped = np.zeros(len(first), dtype=bool)
    asked = np.flatnonzero((levels[:, FIELDS.index("first")] > CLOSE) & (levels[:, FIELDS.index("last")] > CLOSE))
    if len(asked):
        left, right = first[asked], second[asked]
        given, family = records["first"], records["last"]
        same_sound = given.sounds[given.codes[left]] == family.sounds[family.codes[right]]
        same_sound |= given.sounds[given.codes[right]] == family.sounds[family.codes[left]]
        asked, left, right = asked[same_sound], left[same_sound], right[same_sound]
        one = _across(given, given.codes[left], family, family.codes[right])
        other = _across(given, given.codes[right], family, family.codes[left])
        swapped[asked] = (np.minimum(one, other) >= 0.8) & (one + other >= 1.85)
    return swapped


def _across(given: Column, left: np.ndarray, family: Column, right: np.ndarray) -> np.ndarray:
    """How alike a first name and a last name are."""
    names = [given.texts[at] for at in left.tolist()], [family.texts[at] for at in right.tolist()]
    return _pairwise(*names, JaroWinkler.similarity)


def _pairwise(left: list[str], right: list[str], scorer: Any) -> np.ndarray:
    workers = 1 if len(left) < ALONE else -1
    return cpdist(left, right, scorer=scorer, dtype=np.float32, workers=workers)


def _fuzzy(column: Column, left: np.ndarray, right: np.ndarray, scorer: Any) -> np.ndarray:
    """The score of each pair of texts."""
    texts = column.texts
    return _pairwise([texts[at] for at in left.tolist()], [texts[at] for at in right.tolist()], scorer)


def _graded(column: Column, left: np.ndarray, right: np.ndarray, grade: Grade) -> np.ndarray:
    """SAME and UNKNOWN by the codes alone; `grade` says the level of the rest, and is asked once of the same two."""
    levels = np.full(len(left), OTHER, dtype=np.uint8)
    levels[left == right] = SAME
    levels[(left == 0) | (right == 0)] = UNKNOWN
    rest = np.flatnonzero(levels == OTHER)
    if len(rest):
        size = len(column.texts)
        left, right = left[rest].astype(np.int64), right[rest].astype(np.int64)
        pairs, back = np.unique(np.minimum(left, right) * size + np.maximum(left, right), return_inverse=True)
        levels[rest] = grade(column, pairs // size, pairs % size)[back]
    return levels


def _names(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    alike = _fuzzy(column, left, right, JaroWinkler.similarity)
    levels = np.full(len(left), OTHER, dtype=np.uint8)
    levels[alike >= 0.8] = SOME
    same_sound = column.sounds[left] == column.sounds[right]
    levels[(alike >= 0.92) | (same_sound & (alike >= 0.75))] = CLOSE
    for at in np.flatnonzero(levels >= SOME).tolist():
        levels[at] = _by_words(column.texts[left[at]], column.texts[right[at]], levels[at])
    return levels


def _by_words(left: str, right: str, level: int) -> int:
    """An initial, or one of several names, is at least a bit alike: "a" and "anna", "anna" and "anna maria"."""
    ours, theirs = left.replace(".", " ").replace("-", " ").split(), right.replace(".", " ").replace("-", " ").split()
    if not ours or not theirs or len(ours) == len(theirs) > 1:
        return level
    shorter, longer = sorted((ours, theirs), key=len)
    if len(longer) > 1 and set(shorter) <= set(longer) and len(shorter[0]) > 1:
        return CLOSE
    initial = min(ours[0], theirs[0], key=len)
    return SOME if len(initial) == 1 and ours[0][0] == theirs[0][0] else level


def _streets(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    alike = _fuzzy(column, left, right, JaroWinkler.similarity)
    return np.select([alike >= 0.92, alike >= 0.82], [CLOSE, SOME], OTHER)


def _companies(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    alike = _fuzzy(column, left, right, JaroWinkler.similarity)
    return np.select([alike >= 0.94, alike >= 0.87], [CLOSE, SOME], OTHER)


def _emails(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    alike = _fuzzy(column, left, right, OSA.normalized_similarity)
    return np.select([alike >= 0.88, alike >= 0.7], [CLOSE, SOME], OTHER)


def _digits(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    apart = _fuzzy(column, left, right, OSA.distance)
    return np.select([apart <= 1, apart <= 2], [CLOSE, SOME], OTHER)


def _houses(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    apart = _fuzzy(column, left, right, OSA.distance)
    return np.select([apart <= 1], [CLOSE], OTHER)


def _births(column: Column, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """CLOSE is one digit wrong, two next to each other swapped, or day and month swapped."""
    apart = _fuzzy(column, left, right, OSA.distance)
    levels = np.select([apart <= 1, apart <= 2], [CLOSE, SOME], OTHER).astype(np.uint8)
    for at in np.flatnonzero(apart <= 4).tolist():
        born = column.texts[left[at]]
        if f"{born[:5]}{born[8:]}-{born[5:7]}" == column.texts[right[at]]:
            levels[at] = CLOSE
    return levels


GRADES: dict[str, Grade] = {
    "first": _names,
    "last": _names,
    "born": _births,
    "phone": _digits,
    "email": _emails,
    "street": _streets,
    "house": _houses,
    "code": _digits,
    "city": _streets,
    "company": _companies,
    "account": _digits,
}
