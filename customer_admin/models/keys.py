"""Text in the one form in which it is compared or searched, and the check of e-mail addresses and of keys.

The forms are computed here and stored, because databases disagree about case beyond ASCII.
"""

import re
import unicodedata
from contextlib import suppress

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

BIGGEST_KEY = 2**63 - 1
"""The largest key of a row that a database holds; SQLite fails over a larger one, PostgreSQL finds nothing."""


def as_key(text: str) -> int | None:
    """The key of a row that `text`, from an address or a form, stands for; None for what no key can be."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(BIGGEST_KEY))):
        return None
    return key if (key := int(text)) <= BIGGEST_KEY else None


def storable(text: str) -> str:
    """`text` without what a database can't store: NUL on PostgreSQL, half surrogate pairs on any."""
    return text.replace("\0", "").encode(errors="ignore").decode()


UNSEEN = "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)))
"""Marks without width that come along with what is copied from spreadsheets, mails and web pages."""


def as_typed(number: object, longest: int) -> str:
    """The number without the space around it, seen or not; "" for what can't be one."""
    text = str(number).strip().strip(UNSEEN).strip()
    return text if len(text) <= longest and storable(text) == text else ""


def has_unseen(text: str) -> bool:
    """Whether `text` has control or formatting characters, which make two names differ that look the same."""
    return any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn"} for char in text)


def unique_key(text: str) -> str:
    """`text` without surrounding space and difference of case, in one Unicode form; accents stay."""
    # Space is cut last, since normalising can bring some up: "¨" is a space with a combining mark.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def email_key(address: str) -> str:
    """The form in which two e-mail addresses are the same; the domain in its ASCII form (RFC 5891)."""
    local, at, domain = unique_key(address).rpartition("@")
    with suppress(idna.IDNAError):  # What could never be looked up is compared as it is.
        domain = idna.encode(domain, uts46=True).decode("ascii") if domain else domain
    return f"{local}{at}{domain}"


LETTERS_OF_THEIR_OWN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that look like one with an accent, and that Unicode does not take apart."""


def folded(text: str) -> str:
    """`text` for searching: no case, no accents, single spaces ("Müller" is found by "muller")."""
    # Folded between two decompositions, since each can bring up something for the other: "ℌ" has a capital in it.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.translate(LETTERS_OF_THEIR_OWN).split())


def digits_of(text: str) -> str:
    """The digits of a phone number, whatever stands between them."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def validate_email_address(address: str) -> None:
    """Refuse what is no e-mail address. Letters and digits of all scripts are good (RFC 6531)."""
    local, at, domain = address.rpartition("@")
    plain = "".join(
        "a" if ord(char) > 127 and (char.isalnum() or unicodedata.combining(char)) else char for char in local
    )
    try:
        validate_email(f"{plain}{at}{domain}")
    except ValidationError as error:
        raise ValidationError(_("Enter an e-mail address such as name@example.com."), code="invalid") from error


class EmailAddressField(models.EmailField):
    """An e-mail address that may have letters beyond ASCII on both sides of the @."""

    default_validators = [validate_email_address]

    def formfield(self, **kwargs):  # type: ignore[no-untyped-def]
        # The browser's own check of type="email" refuses letters beyond ASCII, as does Django's form field.
        widget = TextInput(attrs={"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"})
        return models.CharField.formfield(self, **{"widget": widget, **kwargs})


_PHONE = re.compile(r"[\d\s()+./-]+")
LONGEST_QUERY = 200
"""How much of what is typed into a search box counts; databases refuse conditions without end."""


def search_words(query: str) -> list[str]:
    """What must all be contained in a stored search text to match `query`, in any order."""
    return folded(storable(query[:LONGEST_QUERY])).split()


def phone_forms(query: str) -> list[str]:
    """Digits of which a stored search text must contain one, if `query` looks like a phone number; else nothing.

    The same number is written with the country's code ("+49 171 …", "0049 171 …") and without it ("0171 …").
    """
    digits = digits_of(query[:LONGEST_QUERY])
    if len(digits) < 3 or not _PHONE.fullmatch(query[:LONGEST_QUERY].strip()):
        return []
    national = digits.lstrip("0")
    forms = [digits]
    if len(national) >= 6:
        forms.append(national)
        if query.strip().startswith(("+", "00")):  # A country's code has one to three digits.
            forms += [rest.lstrip("0") for rest in (national[1:], national[2:], national[3:]) if len(rest) >= 6]
    return list(dict.fromkeys(forms))
