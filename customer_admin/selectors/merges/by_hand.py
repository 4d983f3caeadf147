"""What a person has to decide before accounts are merged, even if they are certainly one customer's."""

from django.utils.translation import gettext as _

from . import FieldState, MergePreview

DECIDING = ("customer_class", "tax_exempt")
"""Fields by which prices go."""


def told_to_decide(preview: MergePreview) -> str:
    """A sentence about the first thing that takes a person, or "".

    These are two logins, since one of them is closed; fields by which prices go; and rows of which only one can stay.
    """
    if len(preview.logins) > 1:
        return _("More than one of them has a portal login. Choose the one that stays.")
    fields = [field.label for field in preview.fields if field.name in DECIDING and field.state != FieldState.SAME]
    if fields:
        return _("They differ in what decides their prices: %(fields)s.") % {"fields": ", ".join(fields)}
    rows = [plan.what for plan in preview.relations if plan.staying or plan.given]
    if rows:
        return _("Not all of their rows can be there once they are one: %(rows)s.") % {"rows": ", ".join(rows)}
    return ""
