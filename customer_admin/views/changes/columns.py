"""The columns of lists of change sets, which the report and every History view share."""

from typing import Any

from wagtail.admin.ui.tables import Column

from customer_admin.models import ChangeSet, Customer

from .links import change_set_url, rows_of_customer_url


class WhenColumn(Column):
    cell_template_name = "customer_admin/history/when_cell.html"


class ActorColumn(Column):
    """Who, acting as what, from where. With `list_url`, the name leads to what else that person did."""

    cell_template_name = "customer_admin/history/actor_cell.html"

    def __init__(self, *args: Any, list_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list_url = list_url

    def get_cell_context_data(self, instance: ChangeSet, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "list_url": self.list_url}


class ChangesColumn(Column):
    """What was changed, the first rows of it. `customer` is whose timeline it is, if anybody's."""

    cell_template_name = "customer_admin/history/changes_cell.html"

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def get_cell_context_data(self, instance: ChangeSet, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        more = rows_of_customer_url(user, instance, self.customer) if self.customer else ""
        url = change_set_url(user, instance, self.customer)
        return {**context, "request": parent_context["request"], "url": url, "more_url": more or url}


class ReasonColumn(Column):
    """The kind of a change set, which leads to its page, and the reason."""

    cell_template_name = "customer_admin/history/reason_cell.html"

    def get_cell_context_data(self, instance: ChangeSet, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "url": change_set_url(parent_context["request"].user, instance)}


class TouchedColumn(Column):
    """The records and fields that were changed, in words."""

    cell_template_name = "customer_admin/history/touched_cell.html"
