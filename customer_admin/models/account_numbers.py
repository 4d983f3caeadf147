"""Finds the numbers of cards and bank accounts in texts, however they are written, so that none is ever stored."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban, luhn

CARD_LENGTHS = range(12, 20)
IBAN_LENGTHS = range(15, 35)
LONGEST_TEXT = 1000
"""How much of a text is looked at. Fields that are checked hold less, and refuse what is longer anyway."""

# What people put between the parts of a number: space, dashes, dots and the like, or marks that nobody sees.
_GAP = r"[^0-9A-Z]{0,3}"
_CHAIN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
# A common form of token, of which one in a thousand would pass for a card (RFC 9562).
_UUID = re.compile(r"(?<![0-9A-F])[0-9A-F]{8}-[0-9A-F]{4}-[1-8][0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}(?![0-9A-F])")
_IBAN_BEGINS = re.compile(r"(?=[A-Z]{2}[0-9]{2})")


def has_card_number(text: str) -> bool:
    """Whether there are 12 to 19 digits in `text` that pass the check of card numbers (ISO/IEC 7812, Luhn).

    They may be written in groups and with the digits of any script. A longer row of digits without a gap is something
    else: in nearly each of those some part would pass.
    """
    return any(_is_card(re.findall("[0-9]+", chain)) for chain in _CHAIN.findall(_without_uuids(_plain(text))))


def has_iban(text: str) -> bool:
    """Whether there is a bank account's number in `text` whose check digits and country fit (ISO 13616)."""
    written = re.sub("[^0-9A-Z]", "", _plain(text))
    begins = [match.start() for match in _IBAN_BEGINS.finditer(written)]
    return any(
        iban.is_valid(written[at : at + length], check_country=False) for at in begins for length in IBAN_LENGTHS
    )


def validate_no_account_number(text: str) -> None:
    """Raise ValidationError when `text` has the full number of a card or of a bank account in it."""
    if has_card_number(text):
        raise ValidationError(
            _("This looks like a card number. Only the last four digits may be kept. Take the number out."),
            code="card_number",
        )
    if has_iban(text):
        raise ValidationError(
            _("This looks like a bank account's number. Only the last four digits may be kept. Take the number out."),
            code="iban",
        )


def _plain(text: str) -> str:
    """`text` in capital letters, with the digits and letters of the ASCII alphabet in place of their other forms."""
    normal = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in normal).upper()


def _without_uuids(text: str) -> str:
    """Those with a letter in them; one without is more likely a number that somebody dressed up."""
    return _UUID.sub(lambda found: "X" if re.search("[A-F]", found[0]) else found[0], text)


def _is_card(groups: list[str]) -> bool:
    """Whether some groups that follow each other make up a card number together."""
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > CARD_LENGTHS[-1]:
                break
            if len(digits) in CARD_LENGTHS and luhn.is_valid(digits):
                return True
    return False
