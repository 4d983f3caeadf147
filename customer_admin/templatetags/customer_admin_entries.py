"""Numbers that say whether something was added or taken."""

from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def signed(value: Any, decimals: int = 0) -> str:
    """A number with + or −."""
    return f"{'−' if value < 0 else '+'}{number_format(abs(value), decimals, force_grouping=True)}"
