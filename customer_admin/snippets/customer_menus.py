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

from .customer_columns import NameColumn
from .plain_buttons import PlainButton, PlainDropdown, PlainListingButton

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

    @cached_property
    def row_menu(self) -> "RowMenu":
        return RowMenu(self.request.user)

    def get_list_more_buttons(self, customer: Customer) -> list[BaseButton]:
        return self.row_menu.buttons_of(customer)

    def get_list_buttons(self, instance: Customer) -> list[BaseButton]:
        buttons = super().get_list_buttons(instance)  # type: ignore[misc]
        return [PlainDropdown.like(each) if type(each) is ButtonWithDropdown else each for each in buttons]

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(*args, column_class=NameColumn, **kwargs)  # type: ignore[misc]
        column._get_url_func = self.row_menu.inspect.of  # Wagtail's own leads to the form.
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
    """What one person may do with the customers of a list. What is the same for all of them is found out once."""

    def __init__(self, user: Any) -> None:
        self.details, self.told = _("Details"), _("Details of %(customer)s")
        self.inspect = _link("inspect")
        entries = [
            ("change_customer", _("Edit"), _link("edit"), "edit"),
            ("add_portallogin", _("New login"), _link("login_add"), "plus"),
            ("change_portallogin", _("Edit login"), _link("login_edit"), "key"),
            ("view_order", _("Orders"), _link("orders"), "list-ul"),
            ("view_changeset", _("History"), _link("history"), "history"),
            ("merge_customer", _("Merge into…"), RowLink(merge_url(None, [ANY])), "copy"),
            ("delete_customer", _("Delete"), _link("delete"), "bin"),
        ]
        self.entries = [each for each in entries if may(user, each[0])]

    def buttons_of(self, customer: Customer) -> list[BaseButton]:
        """The way to the customer's page, and what else can be done with the customer, for the menu of the row."""
        details = PlainListingButton(
            self.details,
            url=self.inspect.of(customer),
            attrs={"aria-label": self.told % {"customer": customer}},
            priority=1,
        )
        left_out = "add_portallogin" if customer.login is not None else "change_portallogin"
        buttons = [
            PlainButton(label, url=link.of(customer), icon_name=icon, priority=10 * place)
            for place, (permission, label, link, icon) in enumerate(self.entries, start=1)
            if permission != left_out
        ]
        return [details, *buttons]


ANY = 2**62 + 1
"""Stands for the key of any customer."""


class RowLink:
    """Where each customer has a screen, made from where ANY has it: to ask for each anew takes a tenth of the page."""

    def __init__(self, url: str) -> None:
        self.before, self.after = url.split(str(ANY))

    def of(self, customer: Customer) -> str:
        return f"{self.before}{customer.pk}{self.after}"


def _link(name: str) -> RowLink:
    return RowLink(reverse(Customer.snippet_viewset.get_url_name(name), args=[ANY]))
