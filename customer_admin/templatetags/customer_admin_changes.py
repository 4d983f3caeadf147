"""Tags for templates that tell of changes."""

from typing import Any

from django import template

from customer_admin.models import ChangeSet, Customer
from customer_admin.permissions import may_revert
from customer_admin.selectors.changes import FieldChange, RowChange
from customer_admin.views.changes import differences
from customer_admin.views.changes.links import compare_url, revert_url

register = template.Library()
for function in (differences.is_long, differences.difference, differences.glance, differences.glance_at_both):
    register.filter(function)


@register.simple_tag(takes_context=True)
def take_back_url(context: Any, change_set: ChangeSet, row: RowChange | None = None) -> str:
    """Where this change set, or only this row of it, is taken back; "" for who may not."""
    if not may_revert(context["request"].user, change_set):
        return ""
    if row is not None and row.model is Customer and row.kind != "changed":
        return revert_url(change_set, customer=row.key)  # A customer comes and goes with what belongs to them.
    return revert_url(change_set, row.ref if row is not None else "")


@register.simple_tag(takes_context=True)
def take_back_field_url(context: Any, change_set: ChangeSet, row: RowChange | None, field: FieldChange) -> str:
    """Where one field of a changed row is taken back; "" for who may not, and for fields that are told as one."""
    if row is None or row.kind != "changed" or not field.name or field.name in row.model.lost_in_history:
        return ""
    if not may_revert(context["request"].user, change_set):
        return ""
    return revert_url(change_set, f"{row.ref}:{field.name}")


@register.simple_tag(takes_context=True)
def compare_versions_url(context: Any, row: RowChange) -> str:
    """Where the versions of the row before and after are compared with each other and with all others."""
    return compare_url(context["request"].user, row.model, row.key, row.older, row.newer)
