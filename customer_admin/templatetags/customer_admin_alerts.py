"""Filters for templates that show alerts."""

from typing import Any

from django import template

from customer_admin.models import AccountNote

register = template.Library()


@register.filter
def help_status(level: str) -> str:
    """The status of Wagtail's help block that looks as grave as the level."""
    return "critical" if level == AccountNote.AlertLevel.STOP else level


@register.filter
def level_name(level: str) -> Any:
    """The level as people read it."""
    return AccountNote.AlertLevel(level).label


@register.filter
def status_class(level: str) -> str:
    """The look of Wagtail's status label for the level: the graver, the louder."""
    return "" if level == AccountNote.AlertLevel.INFO else "w-status--primary"
