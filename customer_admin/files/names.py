"""Names of persons, from files that write them in capitals or in one cell."""

import re
from functools import lru_cache

PARTICLES = frozenset(
    {"da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "le", "ten", "ter", "van", "von",
     "y", "zu", "zum", "zur"}
)  # fmt: skip
"""Small words inside a family name."""

_WORD = re.compile(r"[^\s-]+")
_GENERATION = re.compile(r"(?:ii|iii|iv|vi{0,3})", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def proper_name(text: str) -> str:
    """A name that is all capitals or all small as people write it (O'BRIEN: O'Brien, MCDONALD: McDonald).

    One in mixed case stays, since whoever typed it knew better.
    """
    if text not in (text.upper(), text.lower()):
        return text
    return _WORD.sub(lambda match: _proper_word(match[0], first=match.start() == 0), text)


def _proper_word(word: str, *, first: bool) -> str:
    small = word.lower()
    if not first and small in PARTICLES:
        return small
    if not first and _GENERATION.fullmatch(small):
        return small.upper()
    if len(small) > 3 and small[1] in "'’":
        return small[0].upper() + small[1] + small[2:].capitalize()
    if len(small) > 3 and small.startswith("mc"):
        return "Mc" + small[2:].capitalize()
    return small.capitalize()


def split_name(text: str) -> tuple[str, str]:
    """(first name, last name) of a full name. The last word is the last name, with the particles before it."""
    words = text.split()
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(words[: max(start, 0)]), " ".join(words[max(start, 0) :])
