"""The reasons in words for people."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

REASONS = {
    "same_name": _("same name"),
    "similar_name": _("similar name"),
    "names_swapped": _("first and last name swapped"),
    "same_first_name": _("same first name"),
    "similar_first_name": _("similar first name"),
    "same_last_name": _("same last name"),
    "similar_last_name": _("similar last name"),
    "same_company": _("same company"),
    "similar_company": _("similar company"),
    "same_email": _("same e-mail"),
    "similar_email": _("similar e-mail"),
    "same_phone": _("same phone"),
    "similar_phone": _("similar phone"),
    "same_born": _("same birth date"),
    "similar_born": _("similar birth date"),
    "same_account": _("same account number"),
    "same_address": _("same address"),
    "same_street": _("same street"),
    "similar_street": _("similar street"),
    "same_code": _("same postal code"),
    "similar_code": _("similar postal code"),
    "same_city": _("same city"),
    "other_first": _("another first name"),
    "other_last": _("another last name"),
    "other_born": _("another birth date"),
}
AGAINST = frozenset({"other_first", "other_last", "other_born"})
FIELDS_OF = {
    "name": ("first_name", "last_name"),
    "first": ("first_name",),
    "last": ("last_name",),
    "born": ("birth_date",),
    "account": ("account_number",),
    "swapped": ("first_name", "last_name"),
    "address": ("address",),
    "street": ("address",),
    "code": ("address",),
    "city": ("address",),
}
"""The fields that a reason is about, where they are called otherwise."""


def reasons_in_words(codes: Iterable[str]) -> str:
    """One line: "Same phone, similar name; but another birth date". Codes of another version are passed over."""
    codes = [code for code in codes if code in REASONS]
    speaking_for = ", ".join(str(REASONS[code]) for code in codes if code not in AGAINST)
    against = ", ".join(str(REASONS[code]) for code in codes if code in AGAINST)
    if not against:
        return capfirst(speaking_for)
    if not speaking_for:
        return capfirst(against)
    return str(_("%(reasons)s; but %(against)s")) % {"reasons": capfirst(speaking_for), "against": against}


def fields_agreeing(codes: Iterable[str]) -> frozenset[str]:
    """The names of the fields in which the two agree or nearly do; "address" for any part of it."""
    found: set[str] = set()
    for code in codes:
        kind, _sep, what = code.partition("_")
        if kind in ("same", "similar", "names"):
            found.update(FIELDS_OF.get(what.removesuffix("_name"), (what,)))
    return frozenset(found)
