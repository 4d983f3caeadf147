"""Columns that a host adds to the list of customers and to its downloads."""

from typing import Any, ClassVar

from wagtail import hooks

from customer_admin.files.cells import Kind
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import may

HOOK = "register_customer_column"


class AddedColumn:
    """A column of the list of customers, and of its downloads.

    `expression` is what the database is asked for with each customer that is shown, such as `F("loyalty_card__code")`
    or a `Subquery`; `in_words` makes of its answer what the list shows, and `kind` says what a download's cell holds.
    Columns stand by `order` behind those of this app. `permission` is what a person needs to see it, as with a tab.
    Register the class itself: `hooks.register("register_customer_column", CardColumn)`.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    order: ClassVar[int] = 1000
    permission: ClassVar[str] = "view_customer"
    expression: ClassVar[Any]
    kind: ClassVar[Kind] = Kind.TEXT

    def in_words(self, value: Any) -> str:
        """What a person reads in the list; `value` is what the database answered, None for nothing."""
        return "" if value is None else str(value)

    @property
    def alias(self) -> str:
        """The attribute of a listed customer that has the answer."""
        return f"added_{self.name}"


def added_columns() -> list[AddedColumn]:
    """All that are registered, in their order."""
    return [column() for column in sorted(hooks.get_hooks(HOOK), key=lambda column: column.order)]


def added_columns_for(actor: AnyActor) -> list[AddedColumn]:
    """Those that this person may see."""
    return [column for column in added_columns() if may(actor, column.permission)]
