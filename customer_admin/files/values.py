"""The text of a cell becomes a value: a date, a number, yes or no, a country."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_countries import countries
from django_countries.data import COUNTRIES

from .mappings import Formats, Source
from .names import proper_name, split_name

Reader = Callable[[str], Any]
"""Takes the text of a cell; answers the value, or None when the cell says nothing. Raises BadValue."""

_YES_NO = {"yes": True, "y": True, "true": True, "t": True, "1": True, "x": True}
_YES_NO |= {"no": False, "n": False, "false": False, "f": False, "0": False}
# Names in daily use that the standard's list does not have.
_ALIASES = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states": "US", "america": "US",
    "holland": "NL", "russia": "RU", "south korea": "KR", "north korea": "KP", "vietnam": "VN", "turkey": "TR",
    "czech republic": "CZ", "ivory coast": "CI", "macedonia": "MK", "republic of ireland": "IE", "eire": "IE",
}  # fmt: skip


class BadValue(ValueError):
    """A cell holds what can't be understood; the message says so to a person."""


def reader_for(kind: str, source: Source, formats: Formats) -> Reader:
    """The reader of one field. `kind`: "text", "date", "datetime", "decimal", "yes_no" or "country"."""
    parse = _PARSERS[kind]

    def read(text: str) -> Any:
        text = text.strip()
        if text in formats.null:
            text = ""
        if source.values is not None:
            text = _translated(text, source)
        if text and source.part:
            text = split_name(text)[source.part == "last"]
        if not text:
            return None
        if source.case:
            text = _CASES[source.case](text)
        value = parse(text, formats)
        return value if source.times is None else _short(value * source.times)

    if kind == "text" and source.values is None and not source.part:  # The usual case, and most of the time spent.
        case = _CASES.get(source.case, str)
        return lambda text: None if (text := text.strip()) in formats.null or not text else case(text)
    return read


def _translated(text: str, source: Source) -> str:
    assert source.values is not None
    if text in source.values:
        return source.values[text]
    if not text:
        return ""
    if "*" in source.values:
        return source.values["*"]
    raise BadValue(
        _("“%(text)s” is not among the values that the mapping knows: %(known)s.")
        % {"text": text, "known": ", ".join(source.values)}
    )


def parse_date(text: str, formats: Formats) -> date:
    return _parse_moment(text, formats.dates).date()


def parse_datetime(text: str, formats: Formats) -> datetime:
    """An aware time; a time that names no zone is one of the current zone, a day alone its beginning."""
    moment = _parse_moment(text, formats.dates)
    return moment if moment.tzinfo else timezone.make_aware(moment)


@lru_cache(maxsize=50_000)
def _parse_moment(text: str, patterns: tuple[str, ...]) -> datetime:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    example = " / ".join(date(1999, 12, 31).strftime(pattern) for pattern in patterns)
    raise BadValue(_("“%(text)s” is not a date in the form %(example)s.") % {"text": text, "example": example})


def parse_decimal(text: str, formats: Formats) -> Decimal:
    """A number with the source's decimal mark; thousands may be grouped with the other mark."""
    mark, group = (".", ",") if formats.decimal_mark == "." else (",", ".")
    number = text.replace(" ", "")
    pattern = rf"[+-]?(\d{{1,3}}({re.escape(group)}\d{{3}})+|\d+)?({re.escape(mark)}\d+)?"
    if not re.fullmatch(pattern, number) or not any(char.isdecimal() for char in number):
        raise BadValue(_("“%(text)s” is not a number.") % {"text": text})
    return _short(Decimal(number.replace(group, "").replace(mark, ".")))


def parse_yes_no(text: str, formats: Formats) -> bool:
    try:
        return _YES_NO[text.lower()]
    except KeyError:
        raise BadValue(_("“%(text)s” is neither yes nor no.") % {"text": text}) from None


def parse_country(text: str, formats: Formats) -> str:
    """The ISO 3166 alpha-2 code of a country given by code, by its English name or by a name in daily use."""
    code = _country_codes().get(_bare(text))
    if code is None:
        raise BadValue(
            _("“%(text)s” is no country that is known here. Use its English name or its two letters.") % {"text": text}
        )
    return code


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    with translation.override("en"):
        allowed = {country.code: country.name for country in countries}
    codes = {_bare(name): code for name, code in _ALIASES.items() if code in allowed}
    for code, name in allowed.items():
        names = (name, str(COUNTRIES.get(code, "")), code, countries.alpha3(code))
        codes |= {_bare(known): code for known in names if known}
    return codes


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _short(value: Decimal) -> Decimal:
    """Without zeros at the end, which would count as digits against a field's limit."""
    value = value.normalize()
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 > value.adjusted() - 27 else value


_CASES: dict[str, Callable[[str], str]] = {"name": proper_name, "lower": str.lower, "upper": str.upper}
_PARSERS: dict[str, Callable[[str, Formats], Any]] = {
    "text": lambda text, formats: text,
    "date": parse_date,
    "datetime": parse_datetime,
    "decimal": parse_decimal,
    "yes_no": parse_yes_no,
    "country": parse_country,
}
