"""Where links about changes lead, "" when there is nothing to link to."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from customer_admin.models import ChangeSet, Customer
from customer_admin.permissions import may

from .access import may_see_timelines


def revert_url(change_set: ChangeSet, only: str = "", customer: Any = None) -> str:
    """Where a change set is taken back, or only the row or field that `only` names, or what is one customer's."""
    url = reverse("customer_admin_changes:revert", args=[change_set.pk])
    query = {name: value for name, value in (("only", only), ("customer", customer)) if value}
    return f"{url}?{urlencode(query)}" if query else url


def change_set_url(user: Any, change_set: ChangeSet, customer: Customer | None = None) -> str:
    """The page of the change set; with `customer`, what is theirs alone, for those who may see no more."""
    url = reverse("customer_admin_changes:detail", args=[change_set.pk])
    if may(user, "audit_changeset"):
        return url
    if customer is not None and may_see_timelines(user):
        return f"{url}?{urlencode({'customer': customer.pk})}"
    return ""


def rows_of_customer_url(user: Any, change_set: ChangeSet, customer: Customer) -> str:
    """The page of the change set with the rows of this customer alone."""
    if not (may(user, "audit_changeset") or may_see_timelines(user)):
        return ""
    url = reverse("customer_admin_changes:detail", args=[change_set.pk])
    return f"{url}?{urlencode({'customer': customer.pk})}"


def compare_url(user: Any, model: Any, key: Any, older: int | None = None, newer: int | None = None) -> str:
    """Where two versions of a record are compared."""
    if not may(user, "audit_changeset"):
        return ""
    url = reverse("customer_admin_changes:compare", args=[model._meta.app_label, model._meta.model_name, key])
    return f"{url}?{urlencode({'older': older, 'newer': newer})}" if older and newer else url
