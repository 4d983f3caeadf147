"""How good the search is, on sets of which everybody knows the truth. It sees no labels."""

from functools import lru_cache

import pytest

from customer_admin.selectors.duplicates import CERTAIN, FoundPair
from customer_admin.selectors.duplicates.whole_base import pairs_of
from tests.selectors.duplicates.febrl import records_of


@lru_cache
def found(number: int) -> tuple[list[FoundPair], set[tuple[int, int]]]:
    records, same = records_of(number)
    return list(pairs_of(records)[0]), same


@pytest.mark.parametrize("number", [1, 3])
def test_the_pairs_that_are_reported_are_the_right_ones(number: int) -> None:
    pairs, same = found(number)
    right = sum((pair.first, pair.second) in same for pair in pairs)
    precision, recall = right / len(pairs), right / len(same)
    assert 2 * precision * recall / (precision + recall) >= 0.98


@pytest.mark.parametrize("number", [1, 3])
def test_what_is_certain_is_right(number: int) -> None:
    pairs, same = found(number)
    certain = [pair for pair in pairs if pair.level == CERTAIN]
    assert sum((pair.first, pair.second) in same for pair in certain) / len(certain) >= 0.995
    assert len(certain) / len(same) > 0.3
