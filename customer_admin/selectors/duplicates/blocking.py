"""Which of a million customers are worth comparing: those who share a key, and stand near each other within it.

All that share a key are sorted by name, and each is compared with the next few. So a large block costs no more than its
length, and those of it who are most alike are found still.
"""

from collections.abc import Iterator

import numpy as np

from .records import SLOTS, Records

WINDOW = 40
"""With so many of those after it in a block a record is compared at most."""
PAIRS_EACH, PAIRS_ALWAYS = 0.5, 100_000
"""How many pairs one key may bring, for each record and at least."""

COMPARED_ALWAYS, AT_ONCE = 1_000_000, 1_000_000
"""So many pairs are all compared in full; and so many are looked at at once."""
POINTS = {
    "first": 1, "last": 1, "born": 2, "phone": 3, "email": 3, "account": 3, "company": 2,
    "street": 1, "house": 1, "code": 1, "city": 1,
}  # fmt: skip
ENOUGH = 3
"""So many points two records need to be worth comparing in full."""
SCATTER = np.uint64(0x9E3779B97F4A7C15)
POSITIONS = np.uint64(2**26 - 1)
"""The part of a number that has a record's position; the rest has its key, scattered."""


def candidates(records: Records) -> tuple[np.ndarray, np.ndarray]:
    """The pairs worth comparing, as places in `records`, each once and the smaller place first."""
    size = len(records)
    budget = max(int(PAIRS_EACH * size), PAIRS_ALWAYS)
    in_order = _by_name(records)
    position = np.empty(size, dtype=np.int64)
    position[in_order] = np.arange(size)
    found = np.concatenate([_pairs(key, position, in_order, budget) for key in _keys(records)])
    found.sort()
    found = found[np.flatnonzero(np.diff(found, prepend=-1))]
    first, second = (found // max(size, 1)).astype(np.int32), (found % max(size, 1)).astype(np.int32)
    if len(found) <= COMPARED_ALWAYS:
        return first, second
    parts = [slice(start, start + AT_ONCE) for start in range(0, len(found), AT_ONCE)]
    worth = np.concatenate([_agreements(records, first[part], second[part]) >= ENOUGH for part in parts])
    return first[worth], second[worth]


def _agreements(records: Records, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What the pairs agree in, seen so quickly that millions can be asked: what is rare counts more."""
    points = np.zeros(len(first), dtype=np.uint8)
    for name, value in POINTS.items():
        column = records[name]
        codes = column.sounds[column.codes] if name in ("first", "last") else column.codes
        slots = codes.T if codes.ndim == 2 else codes[None]
        same = np.zeros(len(first), dtype=bool)
        for ours in slots:
            for theirs in slots:
                left = ours[first]
                same |= (left == theirs[second]) & (left != 0)
        points += np.where(same, value, 0).astype(np.uint8)
    return points


def _by_name(records: Records) -> np.ndarray:
    """The places of all records, sorted by last and first name."""
    ranks = []
    for name in ("first", "last"):
        column = records[name]
        rank = np.empty(len(column.texts), dtype=np.int64)
        rank[sorted(range(len(column.texts)), key=column.texts.__getitem__)] = np.arange(len(column.texts))
        ranks.append(rank[column.codes])
    return np.argsort(ranks[1] * (ranks[0].max(initial=0) + 1) + ranks[0])


def _pairs(key: np.ndarray, position: np.ndarray, in_order: np.ndarray, budget: int) -> np.ndarray:
    """Pairs of records with the same key other than 0, near ones first, until there are enough of them.

    `key` has one or several numbers for each record, one after the other for all.
    """
    size = len(position)
    places = np.flatnonzero(key)
    # Key and position in one number, since these sort several times as fast as pairs of them.
    mixed = (key[places].astype(np.uint64) * SCATTER) & ~POSITIONS
    mixed |= position[places % size].astype(np.uint64)
    mixed.sort()
    key, rows = mixed & ~POSITIONS, in_order[(mixed & POSITIONS).astype(np.int64)]
    found, count = [np.zeros(0, dtype=np.int64)], 0
    for apart in range(1, WINDOW + 1):
        at = np.flatnonzero(key[apart:] == key[:-apart])
        if not len(at) or (count + len(at) > budget and apart > 1):
            break
        left, right = rows[at], rows[at + apart]
        pairs = np.minimum(left, right) * size + np.maximum(left, right)
        found.append(pairs[left != right])
        count += len(at)
    return np.concatenate(found)


def _keys(records: Records) -> Iterator[np.ndarray]:
    """One number for each record and key, or one for each of its addresses; 0 where it has none."""
    column = {name: records[name].codes.astype(np.int64) for name in ("company", "email", "phone", "account", "born")}
    first, last = (records[name].sounds[records[name].codes] for name in ("first", "last"))
    yield from (column[name] for name in ("email", "phone", "account", "company", "born"))
    yield _joined(np.minimum(first, last), np.maximum(first, last))
    yield _joined(column["born"], first)
    yield _joined(column["born"], last)
    street, house, code = (_of_all_slots(records, name) for name in ("street", "house", "code"))
    sound = records["street"].sounds[street]
    first, last = np.tile(first, SLOTS), np.tile(last, SLOTS)
    for one, other in ((code, house), (code, sound), (house, sound), (code, last), (code, first)):
        yield _joined(one, other)
    for place in (sound, house, _of_all_slots(records, "city")):
        yield _joined(place, last)
        yield _joined(place, first)


def _of_all_slots(records: Records, name: str) -> np.ndarray:
    return records[name].codes.T.reshape(-1).astype(np.int64)


def _joined(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """One number for two, 0 when one of them is. Different ones may meet, which costs a comparison and no more."""
    mixed = (left * np.int64(1_000_003)) ^ (right * np.int64(-7046029254386353131))
    return np.where((left == 0) | (right == 0), 0, np.where(mixed == 0, 1, mixed))
