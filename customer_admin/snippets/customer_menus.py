"""The menus of the customers list: "Manage accounts" above it, and that of each row."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import BaseButton, Button, ButtonWithDropdown, ListingButton

from customer_admin.models import Customer
from customer_admin.permissions import may, may_merge
from customer_admin.selectors.merge_requests import count_waiting_merges
from customer_admin.views.merges.accounts import merge_url

MANAGE_HOOK = "register_manage_accounts_item"
"""Functions registered under this name answer a menu item of Wagtail for "Manage accounts". Its `is_shown(request)`
decides for whom it is there, its `order` where it stands: Create account has 100, Merge accounts 200."""


class CustomerMenusMixin:
    request: Any
    add_url: str | None

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        items = manage_accounts(self.request, self.add_url or "")
        if not items:
            return []
        button = ButtonWithDropdown(_("Manage accounts"), classname="w-header-button button", buttons=items)
        return [button]

    def get_list_more_buttons(self, customer: Customer) -> list[BaseButton]:
        return row_buttons(self.request.user, customer)

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(*args, **kwargs)  # type: ignore[misc]
        column._get_url_func = details_url  # Wagtail's own leads to the form.
        return column


def manage_accounts(request: Any, add_url: str) -> list[Button]:
    """What the person may do above the list; `add_url` is "" for who may not create an account."""
    buttons = [Button(_("Create account"), url=add_url, icon_name="plus", priority=100)] if add_url else []
    if may_merge(request.user):
        buttons.append(Button(_("Merge accounts"), url=merge_url(None), icon_name="copy", priority=200))
        if waiting := count_waiting_merges():
            label = _("Merge requests (%(count)d)") % {"count": waiting}
            buttons.append(Button(label, url=reverse("customers:merge_requests"), icon_name="copy", priority=210))
    for registered in hooks.get_hooks(MANAGE_HOOK):
        item = registered()
        if item.is_shown(request):
            buttons.append(Button(item.label, url=item.url, icon_name=item.icon_name, priority=item.order))
    return sorted(buttons)


def row_buttons(user: Any, customer: Customer) -> list[BaseButton]:
    """The way to the customer's page, and what else this person may do with the customer, for the menu of the row."""
    details = ListingButton(
        _("Details"),
        url=details_url(customer),
        attrs={"aria-label": _("Details of %(customer)s") % {"customer": customer}},
        priority=1,
    )
    entries = [
        (may(user, "change_customer"), "edit", _("Edit"), "edit"),
        _login_entry(user, customer),
        (may(user, "view_order"), "orders", _("Orders"), "list-ul"),
        (may(user, "view_changeset"), "history", _("History"), "history"),
        (may(user, "delete_customer"), "delete", _("Delete"), "bin"),
    ]
    buttons = [
        Button(label, url=_url(name, customer), icon_name=icon, priority=10 * place)
        for place, (is_allowed, name, label, icon) in enumerate(entries, start=1)
        if is_allowed
    ]
    if may_merge(user):
        buttons.append(Button(_("Merge into…"), url=merge_url(None, [customer.pk]), icon_name="copy", priority=45))
    return [details, *sorted(buttons, key=lambda button: button.priority)]


def details_url(customer: Customer) -> str:
    """The page of the customer."""
    return _url("inspect", customer)


def _login_entry(user: Any, customer: Customer) -> tuple[bool, str, str, str]:
    if customer.login is None:
        return may(user, "add_portallogin"), "login_add", _("New login"), "plus"
    return may(user, "change_portallogin"), "login_edit", _("Edit login"), "key"


def _url(name: str, customer: Customer) -> str:
    return reverse(Customer.snippet_viewset.get_url_name(name), args=[customer.pk])
