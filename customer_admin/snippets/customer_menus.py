"""The menus of the customers list: "Manage accounts" above it, and that of each row."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import BaseButton, Button, ButtonWithDropdown

from customer_admin.models import Customer
from customer_admin.permissions import may, may_merge
from customer_admin.selectors.merge_requests import count_waiting_merges
from customer_admin.views.merges.accounts import merge_url

from .plain_buttons import PlainButton, PlainDropdown, PlainListingButton

MANAGE_HOOK = "register_manage_accounts_item"
"""Functions registered under this name answer a menu item of Wagtail for "Manage accounts". Its `is_shown(request)`
decides for whom it is there, its `order` where it stands: Create account has 100, Merge accounts 200."""

ROW_PERMISSIONS = (
    "change_customer", "add_portallogin", "change_portallogin", "view_order", "view_changeset", "delete_customer"
)  # fmt: skip


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

    @cached_property
    def row_menu(self) -> "RowMenu":
        return RowMenu(self.request.user)

    def get_list_more_buttons(self, customer: Customer) -> list[BaseButton]:
        return self.row_menu.buttons_of(customer)

    def get_list_buttons(self, instance: Customer) -> list[BaseButton]:
        buttons = super().get_list_buttons(instance)  # type: ignore[misc]
        return [PlainDropdown.like(each) if type(each) is ButtonWithDropdown else each for each in buttons]

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


class RowMenu:
    """What one person may do with the customers of a list, which is asked once for all of them."""

    def __init__(self, user: Any) -> None:
        self.allowed = {name for name in ROW_PERMISSIONS if may(user, name)}
        self.may_merge = may_merge(user)

    def buttons_of(self, customer: Customer) -> list[BaseButton]:
        """The way to the customer's page, and what else can be done with the customer, for the menu of the row."""
        details = PlainListingButton(
            _("Details"),
            url=details_url(customer),
            attrs={"aria-label": _("Details of %(customer)s") % {"customer": customer}},
            priority=1,
        )
        entries = [
            ("change_customer", _("Edit"), _url("edit", customer), "edit"),
            _login_entry(customer),
            ("view_order", _("Orders"), _url("orders", customer), "list-ul"),
            ("view_changeset", _("History"), _url("history", customer), "history"),
            ("merge_customer", _("Merge into…"), merge_url(None, [customer.pk]), "copy"),
            ("delete_customer", _("Delete"), _url("delete", customer), "bin"),
        ]
        buttons = [
            PlainButton(label, url=url, icon_name=icon, priority=10 * place)
            for place, (permission, label, url, icon) in enumerate(entries, start=1)
            if (self.may_merge if permission == "merge_customer" else permission in self.allowed)
        ]
        return [details, *buttons]


def details_url(customer: Customer) -> str:
    """The page of the customer."""
    return _url("inspect", customer)


def _login_entry(customer: Customer) -> tuple[str, str, str, str]:
    if customer.login is None:
        return "add_portallogin", _("New login"), _url("login_add", customer), "plus"
    return "change_portallogin", _("Edit login"), _url("login_edit", customer), "key"


def _url(name: str, customer: Customer) -> str:
    return reverse(Customer.snippet_viewset.get_url_name(name), args=[customer.pk])
