"""Old and new text as one, with what was taken out in red and what was put in in green."""

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.admin.compare import diff_text

from customer_admin.selectors.changes import FieldChange

SHORT = 60
"""Texts up to this length, of one line, read better one after the other."""

LONGEST = 3000
"""Longer texts are cut: finding their differences would take too long."""

GLANCE = 300
"""Lists show no more of a text."""


def is_long(field: FieldChange) -> bool:
    """Whether the field is better told as one text with differences."""
    texts = [field.before, field.after]
    return bool(field.name) and all(texts) and any(len(text) > SHORT or "\n" in text for text in texts)


def difference(field: FieldChange) -> SafeString:
    """Both texts in one, escaped. Texts that are too long for it come one after the other, and cut."""
    if max(len(field.before), len(field.after)) <= LONGEST:
        return diff_text(field.before, field.after).to_html()
    before, after = (Truncator(text).chars(LONGEST) for text in (field.before, field.after))
    said = _("Too long to compare: the old text, then the new one, each cut.")
    return format_html(
        '<em>{}</em>\n<span class="deletion">{}</span>\n<span class="addition">{}</span>', said, before, after
    )


def glance(text: str, field: FieldChange) -> SafeString:
    """One of the texts as short as a list wants it, escaped; an address in one line."""
    return linebreaksbr(Truncator(text if field.name else text.replace("\n", ", ")).chars(GLANCE), autoescape=True)


def glance_at_both(field: FieldChange) -> SafeString:
    """Both texts as short as a list wants them."""
    if is_long(field) and max(len(field.before), len(field.after)) <= GLANCE:
        return linebreaksbr(difference(field))
    return format_html(
        '<del class="deletion"><span class="w-sr-only">{}</span>{}</del> '
        '<ins class="addition"><span class="w-sr-only">{}</span>{}</ins>',
        _("before:"),
        glance(field.before or "–", field),
        _("after:"),
        glance(field.after or "–", field),
    )
