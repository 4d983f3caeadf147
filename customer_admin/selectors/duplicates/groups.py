"""Pairs that share a customer belong together."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class HasTwo(Protocol):
    first_id: int
    second_id: int


Pair = TypeVar("Pair", bound=HasTwo)


def grouped(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """These pairs, those together that are linked by customers, group by group in the order given."""
    pairs, leader = list(pairs), dict[int, int]()

    def lead(key: int) -> int:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for pair in pairs:
        leader[lead(pair.second_id)] = lead(pair.first_id)
    groups: dict[int, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(lead(pair.first_id), []).append(pair)
    return list(groups.values())
