"""Customers side by side in columns of numbers, so that millions of pairs are compared without a loop in Python.

Each different text of a column stands once in a list, and a row has its place there: 0, the empty text, is "unknown".
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from customer_admin.models.match_keys import company_core, national_phone, number_of, sound_of
from customer_admin.models.search_texts import parts_of

SLOTS = 2
"""So many addresses of a customer are compared: the first ones of `Address.ordering` that differ."""
ADDRESS_FIELDS = ("street", "house", "code", "city")
FIELDS = ("first", "last", "company", "email", "phone", "account", "born")


class Column:
    """One field of all records: `codes` are places in `texts`; addresses have a column of codes for each slot."""

    def __init__(self, codes: np.ndarray, texts: list[str]) -> None:
        self.codes, self.texts = codes, texts

    @cached_property
    def counts(self) -> np.ndarray:
        """How many records have each of the texts."""
        if self.codes.ndim == 1:
            return np.bincount(self.codes, minlength=len(self.texts))
        once = np.where(self.codes[:, 1] == self.codes[:, 0], 0, self.codes[:, 1])
        return np.bincount(self.codes[:, 0], minlength=len(self.texts)) + np.bincount(once, minlength=len(self.texts))

    @cached_property
    def sounds(self) -> np.ndarray:
        """For each of the texts a number that stands for its sound in every column; 0 for the empty one."""
        return np.fromiter((number_of(sound_of(text)) for text in self.texts), dtype=np.int64, count=len(self.texts))


@dataclass
class Records:
    """All records: the keys of the customers, and the columns by name. `shares` are known frequencies of texts."""

    keys: np.ndarray
    columns: dict[str, Column]
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    population: int = 0
    """How many customers there are altogether; these records may be a few of them."""

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    @property
    def is_whole_base(self) -> bool:
        return self.population == len(self)


class RecordsBuilder:
    """Takes customers and their addresses one by one, in a memory of some hundred bytes each."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._places: dict[str, dict[str, int]] = {name: {"": 0} for name in (*FIELDS, *ADDRESS_FIELDS)}
        self._codes = {name: array("i") for name in FIELDS}
        self._addresses: dict[str, list[array[int]]] = {
            name: [array("i") for _slot in range(SLOTS)] for name in ADDRESS_FIELDS
        }
        self._row_of: dict[Any, int] = {}
        self._filled: array[int] = array("b")

    def add(self, key: int, search_text: str, birth_date: date | None) -> None:
        """Add a customer by the stored search text, which has all texts in their folded form."""
        parts = parts_of(search_text)
        born = birth_date.isoformat() if birth_date is not None else ""
        values = (
            parts["first_name"],
            parts["last_name"],
            company_core(parts["company"]) if parts["company"] else "",
            parts["email"],
            national_phone(parts["phone"]),
            parts["account_number"],
            born,
        )
        for name, value in zip(FIELDS, values, strict=True):
            places = self._places[name]
            self._codes[name].append(places.setdefault(value, len(places)))
        self._row_of[key] = len(self._keys)
        self._keys.append(key)
        self._filled.append(0)
        for slots in self._addresses.values():
            for codes in slots:
                codes.append(0)

    def add_address(self, key: int, street: str, house: str, code: str, city: str) -> None:
        """Add an address of a customer who was added before; one of somebody else is passed over."""
        row = self._row_of.get(key)
        if row is None or (slot := self._filled[row]) >= SLOTS:
            return
        found = []
        for name, value in zip(ADDRESS_FIELDS, (street, house, code, city), strict=True):
            places = self._places[name]
            found.append(places.setdefault(value, len(places)))
        if slot and all(self._addresses[name][0][row] == at for name, at in zip(ADDRESS_FIELDS, found, strict=True)):
            return
        for name, at in zip(ADDRESS_FIELDS, found, strict=True):
            self._addresses[name][slot][row] = at
        self._filled[row] = slot + 1

    def records(self, *, shares: dict[str, dict[str, float]] | None = None, population: int | None = None) -> Records:
        """Everything that was added. Nothing may be added afterwards."""
        columns = {name: Column(np.frombuffer(self._codes[name], dtype=np.int32), self._texts(name)) for name in FIELDS}
        for name in ADDRESS_FIELDS:
            slots = [np.frombuffer(codes, dtype=np.int32) for codes in self._addresses[name]]
            columns[name] = Column(np.stack(slots, axis=1), self._texts(name))
        keys = np.frombuffer(self._keys, dtype=np.int64)
        return Records(keys, columns, shares or {}, len(keys) if population is None else population)

    def _texts(self, name: str) -> list[str]:
        return list(self._places[name])


def split_street(lines: Iterable[str]) -> tuple[str, str]:
    """A folded address line as the name of the street and the house number, whichever stands first."""
    words: list[str] = []
    numbers: list[str] = []
    for word in " ".join(lines).replace(",", " ").replace(".", " ").replace("/", " ").split():
        (numbers if any(char.isdigit() for char in word) else words).append(word)
    return " ".join(words), numbers[0] if numbers else ""
