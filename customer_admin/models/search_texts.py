"""The stored texts in which customers are searched: their form, and the conditions that find something in them.

Each field stands in the text behind a space and before an end of its own, so that one index finds a word in any of
them, and in a certain one as well. The ends count as white space: no folded value and no word of a query has them.
"""

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Lookup, Q, Value

from .keys import LONGEST_QUERY, digits_of, folded, phone_forms, search_words, storable

ENDS = {
    "number": "\t",
    "first_name": "\n",
    "last_name": "\x0b",
    "company": "\x0c",
    "email": "\r",
    "account_number": "\x1c",
    "phone": "\x1d",
}
"""The fields in the order in which they stand in the text, each with what ends it."""

CODES_END = "\t"
NOTHING = Q(pk__in=[])
SHORT = 3
"""The indexes know three letters in a row, and the beginnings of words; shorter words are looked for at these."""


def search_text_of(values: Mapping[str, str]) -> str:
    """The text of folded values: of `ENDS`, those that are there."""
    return "".join(f" {values[name]}{end}" if values.get(name) else end for name, end in ENDS.items())


def parts_of(text: str) -> dict[str, str]:
    """The folded values of a text that `search_text_of` made."""
    values, rest = {}, text
    for name, end in ENDS.items():
        value, _, rest = rest.partition(end)
        values[name] = value[1:]
    return values


def places_of(addresses: Iterable[tuple[str, str]]) -> str:
    """The text of the (postal code, city) of all addresses: the codes, their end, and the cities.

    A code with a gap stands there without it, too: "SW1A 1AA" is typed both ways.
    """
    codes, cities = set(), set()
    for postal_code, city in addresses:
        code = folded(postal_code)
        codes |= {code, re.sub(r"[\W_]+", "", code)}
        cities.add(folded(city))
    parts = ["".join(f" {text}{end}" for text in sorted(texts - {""})) for texts, end in ((codes, ""), (cities, "\n"))]
    return CODES_END.join(parts) if any(parts) else ""


def matching(query: str) -> Q:
    """The condition that every word of `query` is found, in any field and any order, or that it is the phone."""
    words, forms = search_words(query), phone_forms(query)
    if query.strip() and not words:  # Such as accents alone.
        return NOTHING
    if forms and query.strip().startswith("+"):
        return Q(search_text__contains=_shortest(forms))
    condition = Q()
    for word in words:
        found = Q(search_text__contains=_at_beginning(word))
        if any(char.isdigit() for char in word):  # There are no postal codes without digits.
            found |= Q(places__contains=f" {word}")
        condition &= found
    if forms:
        condition |= Q(search_text__contains=_shortest(forms))
    return condition


def matching_field(name: str, value: str) -> Q:
    """The condition that every word of `value` is found in the field `name`, which is one of `ENDS`."""
    if name == "phone":
        digits = _shortest(phone_forms(value) or [digits_of(value[:LONGEST_QUERY])])
        return _in_field(name, digits) if digits else NOTHING
    words = search_words(value)
    return reduce(and_, (_in_field(name, _at_beginning(word)) for word in words)) if words else NOTHING


def in_city(value: str) -> Q:
    """The condition that an address is in a city of which `value` is a part."""
    city = _folded_query(value)
    return Q(InOrder("places", (CODES_END, _at_beginning(city)))) if city else NOTHING


def with_postal_code(value: str) -> Q:
    """The condition that the postal code of an address begins with `value`."""
    code = _folded_query(value)
    return Q(InOrder("places", (f" {code}", CODES_END))) if code else NOTHING


class InOrder(Lookup):
    """Whether a text holds all these parts, each after the one before."""

    def __init__(self, column: str, parts: Iterable[str]) -> None:
        escaped = (re.sub(r"([\\%_])", r"\\\1", part) for part in parts if part)
        super().__init__(F(column), Value(f"%{'%'.join(escaped)}%"))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = self.process_rhs(compiler, connection)
        return f"{column} LIKE {pattern} ESCAPE '\\'", (*params, *pattern_params)


def _shortest(forms: list[str]) -> str:
    """Each form of a phone is the end of the one before, so whatever contains one contains the shortest."""
    return min(forms, key=len)


def _in_field(name: str, text: str) -> Q:
    names = list(ENDS)
    place = names.index(name)
    return Q(InOrder("search_text", (*(ENDS[former] for former in names[max(place - 1, 0) : place]), text, ENDS[name])))


def _folded_query(value: str) -> str:
    return folded(storable(value[:LONGEST_QUERY]))


def _at_beginning(word: str) -> str:
    """`word` behind a space if it is too short for the index otherwise."""
    return f" {word}" if len(word) < SHORT and word.isalnum() else word
