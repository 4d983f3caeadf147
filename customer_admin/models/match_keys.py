"""Short keys by which customers are found that may be the same person or company: candidates for a closer look.

Each is a number, so that its index stays small. Two texts that differ hardly ever have the same one, and it does no
harm when they do, since what is found is compared in full.
"""

import re
from functools import lru_cache
from zlib import crc32

from jellyfish import metaphone

from .keys import digits_of, folded

PHONE_TAIL = 8
"""So many digits at the end of a number are the same with and without the country's code, nearly everywhere."""
SHORTEST_PHONE = 5
_LEGAL_FORM = re.compile(
    r"\b(ag|bv|co|corp|corporation|gmbh|inc|incorporated|kg|limited|llc|llp|ltd|nv|oy|plc|pty|sa|sarl|sas|spa|srl|ug)\b"
)
_FIRST_DIGITS = re.compile(r"\d+")
_PUNCTUATION = re.compile(r"[^\w\s]+|_")


def number_of(text: str) -> int:
    """`text` as a positive number that every database stores in four bytes."""
    return crc32(text.encode()) & 0x7FFFFFFF


@lru_cache(50_000)
def sound_of(name: str) -> str:
    """How a folded name sounds to English ears; a name without such sounds, as in another script, stands for itself."""
    return metaphone(name) if name.isascii() and name else name


@lru_cache(50_000)
def company_core(name: str) -> str:
    """A folded name of a company without punctuation and legal form: "acme" for "acme, inc."."""
    plain = _PUNCTUATION.sub("", name.replace("-", " ").replace("&", " "))
    return " ".join(_LEGAL_FORM.sub(" ", plain).split()) or name


def national_phone(digits: str) -> str:
    """The end of a phone number, which is the same however it is dialled; "" for what is too short to be one."""
    tail = digits.lstrip("0")[-PHONE_TAIL:]
    return tail if len(tail) >= SHORTEST_PHONE else ""


def phone_key(phone: str) -> int | None:
    """The key of a phone number as it is written, or of its digits."""
    tail = national_phone(digits_of(phone)) if phone else ""
    return number_of(tail) if tail else None


@lru_cache(50_000)
def name_key(first_name: str, last_name: str, company: str) -> int | None:
    """The key of folded names: the sounds of a person's names in whichever order, else the company."""
    if first_name and last_name:
        return number_of(" ".join(sorted((sound_of(first_name), sound_of(last_name)))))
    name = first_name or last_name
    if name:
        return number_of(sound_of(name))
    return number_of(company_core(company)) if company else None


@lru_cache(50_000)
def place_of(street: str, postal_code: str) -> str:
    """What one front door has in common: the folded postal code and house number, or the beginning of the street."""
    if not street or not postal_code:
        return ""
    number = _FIRST_DIGITS.search(street)
    return f"{postal_code.replace(' ', '')} {number.group() if number else street[:4]}"


def place_key(street: str, postal_code: str) -> int | None:
    """The key of an address as it is written."""
    place = place_of(folded(street), folded(postal_code))
    return number_of(place) if place else None
