"""What this app and a host put on the customer page: each part is a class that is registered by a hook."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from customer_admin.models import Customer
from customer_admin.permissions import may


class PagePart:
    """A part of the customer page, made for one customer and one request.

    `name` is unique; `label` is read on it or above it; parts stand by `order`. `permission` is what a person needs to
    see it: a codename of this app ("view_order") or that of another app ("shop.view_parcel"). Subclasses give a
    `template_name` and what it shows by `get_context_data`.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    order: ClassVar[int] = 1000
    permission: ClassVar[str] = "view_customer"
    template_name: ClassVar[str]

    def __init__(self, request: HttpRequest, customer: Customer) -> None:
        self.request = request
        self.customer = customer

    def is_shown(self) -> bool:
        """Whether this person may see it. Nothing else of it is asked when not."""
        return may(self.request.user, self.permission)

    def get_label(self) -> str:
        """What is read on it for this customer."""
        return str(self.label)

    def get_context_data(self) -> dict[str, Any]:
        """What the template is given, besides the part by its kind, `customer` and `request`."""
        return {}

    def render(self) -> str:
        """What stands in it. Nothing of the page around it reaches the template, nor the other way round."""
        context = {"customer": self.customer, self.called: self, **self.get_context_data()}
        return render_to_string(self.template_name, context, request=self.request)

    called: ClassVar[str] = "part"
    """The name by which the template knows the part."""


def parts_of(hook: str, request: HttpRequest, customer: Customer) -> list[Any]:
    """The registered parts that this person may see, in their order."""
    registered = sorted(hooks.get_hooks(hook), key=lambda part: part.order)
    return [part for part in (kind(request, customer) for kind in registered) if part.is_shown()]


class CustomerPanel(PagePart):
    """A panel at the top of the customer page, for what somebody must see without opening a tab.

    It is asked for whenever the page is opened, so let it ask for little. Register the class itself:
    `hooks.register("register_customer_panel", CardPanel)`.
    """

    called = "panel"
