"""What an agreement or a difference says: how often it is seen with pairs of each sort (Fellegi and Sunter's weights).

Two records may be one customer twice, or two customers: strangers, of one household, or with one employer or front
door. Those who share a household or an employer agree in much, so each sort has likelihoods of its own, and an address
or a phone that a family shares never outweighs two first names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

UNKNOWN, SAME, CLOSE, SOME, OTHER = 0, 1, 2, 3, 4
"""Levels of agreement: nothing known of one of the two, equal, a typing error apart, a bit alike, different."""
LEVELS = 5
SORTS = ("match", "stranger", "household", "neighbour")
MATCH, STRANGER = 0, 1

# Of each field the shares of SAME, CLOSE, SOME and OTHER among pairs that have it both, for each of the sorts.
# Strangers' SAME is refined by how rare the value is.
DEFAULTS: dict[str, tuple[tuple[float, ...], ...]] = {
    "first": (
        (0.80, 0.11, 0.04, 0.05), (0.004, 0.006, 0.05, 0.94),
        (0.01, 0.03, 0.06, 0.90), (0.005, 0.006, 0.05, 0.939),
    ),
    "last": (
        (0.84, 0.09, 0.02, 0.05), (0.001, 0.004, 0.03, 0.965),
        (0.85, 0.05, 0.02, 0.08), (0.01, 0.005, 0.03, 0.955),
    ),
    "born": (
        (0.90, 0.06, 0.01, 0.03), (4e-5, 1e-3, 0.03, 0.969),
        (0.01, 0.01, 0.03, 0.95), (1e-4, 1e-3, 0.03, 0.969),
    ),
    "phone": (
        (0.70, 0.05, 0.01, 0.24), (2e-6, 2e-5, 0.01, 0.99),
        (0.60, 0.02, 0.01, 0.37), (0.25, 0.03, 0.02, 0.70),
    ),
    "email": (
        (0.70, 0.10, 0.02, 0.18), (1e-6, 1e-4, 0.005, 0.995),
        (0.15, 0.04, 0.06, 0.75), (0.15, 0.02, 0.05, 0.78),
    ),
    "street": (
        (0.62, 0.15, 0.05, 0.18), (0.002, 0.004, 0.03, 0.964),
        (0.95, 0.03, 0.01, 0.01), (0.95, 0.03, 0.01, 0.01),
    ),
    "house": (
        (0.76, 0.04, 0.01, 0.19), (0.02, 0.07, 0.01, 0.90),
        (0.96, 0.02, 0.01, 0.01), (0.90, 0.04, 0.01, 0.05),
    ),
    "code": (
        (0.76, 0.08, 0.01, 0.15), (0.003, 0.02, 0.01, 0.967),
        (0.97, 0.01, 0.01, 0.01), (0.97, 0.01, 0.01, 0.01),
    ),
    "city": (
        (0.78, 0.10, 0.02, 0.10), (0.02, 0.01, 0.03, 0.94),
        (0.97, 0.01, 0.01, 0.01), (0.97, 0.01, 0.01, 0.01),
    ),
    "company": (
        (0.75, 0.12, 0.03, 0.10), (0.0005, 0.002, 0.02, 0.9775),
        (0.50, 0.08, 0.02, 0.40), (0.85, 0.05, 0.02, 0.08),
    ),
    "account": (
        (0.40, 0.02, 0.01, 0.57), (1e-6, 0.002, 0.02, 0.978),
        (0.01, 0.01, 0.02, 0.96), (0.01, 0.01, 0.02, 0.96),
    ),
}  # fmt: skip
FIELDS = tuple(DEFAULTS)
EACH = {"match": 0.05, "household": 0.15, "neighbour": 0.3}
"""How many pairs of a sort there are for each customer."""
TRUST = 300.0
"""So many pairs of each field must be seen before they count as much as the defaults."""
TRUST_IN_STRANGERS = 20_000.0
"""The same for strangers, of whom any number can be seen, but hardly any who agree in what is rare."""
FARTHEST = 4.0
"""So many times what is usual, or that part of it, may be learned: namesakes could pass for duplicates otherwise."""
ROUNDS = 30
RARITIES = 1000
"""Twice the logarithms of shares are above minus this."""
ODDS_OF_COMPANIES = 7.0
"""By the logarithm of so much it is less likely that two companies at one address are two."""


@dataclass(frozen=True)
class Weights:
    """`shares[sort, field, level]`, where level 0 says nothing, and `each` pairs of a sort for each customer."""

    shares: np.ndarray
    each: Mapping[str, float]

    @property
    def logs(self) -> np.ndarray:
        return np.log(self.shares)

    def priors(self, population: int) -> np.ndarray:
        """The logarithms of how likely each sort is, before anything is known of two customers of so many."""
        pairs = max(population * (population - 1) / 2, 1.0)
        known = [min(self.each[sort] * population / pairs, 0.2) for sort in ("match", "household", "neighbour")]
        match, household, neighbour = known
        return np.log([match, max(1 - sum(known), 0.1), household, neighbour])

    def chances(self, levels: np.ndarray, rarity: np.ndarray, nameless: np.ndarray, population: int) -> np.ndarray:
        """How likely each pair is of each sort; `rarity` says how often strangers have what the two have the same.

        Two who are `nameless` are no relatives or colleagues: they are companies.
        """
        logs = self.logs
        logs[STRANGER, :, SAME] = 0.0
        sums = np.tile(self.priors(population), (len(levels), 1))
        for place in range(len(FIELDS)):
            sums += logs[:, place, :].T[levels[:, place]]
        sums[:, STRANGER] += rarity
        sums[nameless, STRANGER + 1 :] -= ODDS_OF_COMPANIES
        sums -= sums.max(axis=1, keepdims=True)
        chances = np.exp(sums)
        return chances / chances.sum(axis=1, keepdims=True)

    def as_json(self) -> dict[str, Any]:
        return {"shares": self.shares.round(9).tolist(), "each": dict(self.each), "fields": list(FIELDS)}

    @classmethod
    def from_json(cls, stored: Any) -> "Weights":
        """Those that `as_json` gave; the defaults where they are of another version, or none."""
        if not stored or stored.get("fields") != list(FIELDS):
            return defaults()
        shares = np.maximum(np.array(stored["shares"], dtype=float), 1e-9)
        fits = shares.shape == (len(SORTS), len(FIELDS), LEVELS)
        return cls(shares, stored["each"]) if fits else defaults()


def defaults() -> Weights:
    """What experience says of any base."""
    shares = np.ones((len(SORTS), len(FIELDS), LEVELS))
    for place, name in enumerate(FIELDS):
        shares[:, place, 1:] = np.array(DEFAULTS[name])
    return Weights(shares, EACH)


def learned(
    levels: np.ndarray,
    rarity: np.ndarray,
    nameless: np.ndarray,
    strangers: np.ndarray,
    population: int,
    *,
    part: float = 1.0,
) -> Weights:
    """The weights that explain best what candidates agree in, though nobody said which are the same.

    `levels`, `rarity` and `nameless` have a row for each candidate, or for a `part` of them, `strangers` the levels of
    pairs picked at random. Of those who are no duplicates nothing else is learned: families are alike in every base.
    Few rows move the defaults little.
    """
    usual = defaults()
    shares, each = usual.shares.copy(), dict(usual.each)
    shares[STRANGER] = _blended(_seen(strangers, np.ones(len(strangers))), usual.shares[STRANGER], TRUST_IN_STRANGERS)
    shares[STRANGER, :, SAME] = usual.shares[STRANGER, :, SAME]
    if not len(levels):
        return Weights(shares, each)
    patterns, rarities, lacking, counts = _patterns(levels, rarity, nameless)
    for _round in range(ROUNDS):
        chances = Weights(shares, each).chances(patterns, rarities, lacking, population) * (counts / part)[:, None]
        fresh = _blended(_seen(patterns, chances[:, MATCH]), usual.shares[MATCH], TRUST)
        shares[MATCH] = np.clip(fresh, usual.shares[MATCH] / FARTHEST, usual.shares[MATCH] * FARTHEST)
        shares[MATCH, :, 1:] /= shares[MATCH, :, 1:].sum(axis=1, keepdims=True)
        for place, sort in enumerate(SORTS):
            if sort in each:
                each[sort] = float((chances[:, place].sum() + EACH[sort] * TRUST) / (population + TRUST))
    return Weights(shares, each)


def _seen(levels: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How many pairs have each level of each field."""
    if not len(levels):
        return np.zeros((len(FIELDS), LEVELS))
    return np.stack([np.bincount(column, weight, minlength=LEVELS) for column in levels.T])


def _blended(seen: np.ndarray, usual: np.ndarray, trust: float) -> np.ndarray:
    """The shares among the pairs that have both values, as if `trust` usual pairs had been seen as well."""
    counts = seen[:, 1:] + usual[:, 1:] * trust
    return np.concatenate([np.ones((len(FIELDS), 1)), counts / counts.sum(axis=1, keepdims=True)], axis=1)


def _patterns(levels: np.ndarray, rarity: np.ndarray, nameless: np.ndarray) -> tuple[np.ndarray, ...]:
    """The different rows, how rare what these have the same is, who is nameless, and how often each is there."""
    powers = LEVELS ** np.arange(levels.shape[1], dtype=np.int64)
    coarse = np.round(-rarity).astype(np.int64)
    numbers, counts = np.unique(levels @ powers * RARITIES + coarse * 2 + nameless, return_counts=True)
    numbers, rest = numbers // RARITIES, numbers % RARITIES
    return (
        ((numbers[:, None] // powers) % LEVELS).astype(np.uint8),
        -(rest // 2).astype(float),
        rest % 2 == 1,
        counts.astype(float),
    )
