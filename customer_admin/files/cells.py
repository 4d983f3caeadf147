"""What a cell of a spreadsheet may hold, and how text is kept from being run as a formula.

The rule is that of OWASP's page on CSV injection, made exact so that it can be taken back: a text that a spreadsheet
might run gets one apostrophe in front, and no other text begins with an apostrophe that is followed by such a text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# What spreadsheets pass over before they look for a formula: space, quotation marks, characters that nobody sees.
_PASSED_OVER = "\\s\\x00-\\x1f\"'`´‘’‚“”„«»＂＇\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
_FORMULA = re.compile(f"[{_PASSED_OVER}]*[{_SIGNS}]|[\t\r\n]")

REPLACEMENT = "\ufffd"
"""Stands for a character that a file can't hold."""


class Kind(StrEnum):
    """What the cells of a column are in Python: `str`, `int` or `Decimal`, `bool`, `date`, `datetime`; or None."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """A column of a table that is exported."""

    label: str
    kind: Kind = Kind.TEXT


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula."""
    return bool(_FORMULA.match(text))


def harmless(text: str) -> str:
    """The text so that a spreadsheet shows it instead of running it.

    An apostrophe before a text that `is_risky` is what was added; taking it away gives the text as it was.
    """
    return f"'{text}" if is_risky(text) else text


def as_it_was(text: str) -> str:
    """The text before `harmless` made it so; any other text as it is."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text
