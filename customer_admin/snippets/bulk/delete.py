"""Deleting several rows of a list at once, through the operations: all of them or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.models import AccountNote, Club, Customer, CustomerClass
from customer_admin.operations import BulkChange, bulk_deletions
from customer_admin.permissions import may
from customer_admin.selectors.classes import obstacles_to_delete_classes
from customer_admin.selectors.clubs import obstacles_to_delete_clubs
from customer_admin.selectors.obstacles import obstacles_to_delete_many
from customer_admin.views.changes.links import change_set_url
from customer_admin.views.customers.obstacles import LinkedObstacle, linked

from .base import ListedBulkAction

NAMED = 50
"""Of so many rows the page says what stands against their deletion."""

DELETIONS: dict[Any, tuple[Callable[..., BulkChange], str]] = {
    Customer: (operations.delete_customers, "customers"),
    CustomerClass: (operations.delete_classes, "classes"),
    Club: (operations.delete_clubs, "clubs"),
    AccountNote: (operations.delete_notes, "notes"),
}
"""The operation for each kind of row, and by what name it takes the rows."""


@dataclass(frozen=True)
class Hindered:
    """A row that can't be deleted, and why."""

    row: Any
    url: str
    obstacles: list[LinkedObstacle]


def obstacles_of(rows: QuerySet, user: Any) -> dict[Any, list[LinkedObstacle]]:
    """What stands against deleting each of the rows, by their keys; as many questions for many as for one."""
    if rows.model is Customer:
        found = obstacles_to_delete_many(list(rows))
        return {key: [linked(obstacle, user) for obstacle in obstacles] for key, obstacles in found.items()}
    if rows.model is CustomerClass:
        return _in_words(obstacles_to_delete_classes(rows))
    if rows.model is Club:
        return _in_words(obstacles_to_delete_clubs(rows))
    return {}


def _in_words(found: Mapping[Any, list[str]]) -> dict[Any, list[LinkedObstacle]]:
    return {key: [LinkedObstacle(told) for told in obstacles] for key, obstacles in found.items()}


class RecordDeleteBulkAction(ListedBulkAction):
    """Takes the place of Wagtail's own."""

    display_name = gettext_lazy("Delete")
    action_type = "delete"
    aria_label = gettext_lazy("Delete what is selected")
    action_priority = 30
    classes = {"serious"}
    template_name = "customer_admin/bulk/confirm_delete.html"
    submit_label = gettext_lazy("Yes, delete")
    submit_classname = "serious"

    @classproperty
    def models(cls) -> list[Any]:
        return list(DELETIONS)

    @classmethod
    def is_open_to(cls, user: Any, model: Any) -> bool:
        return all(may(user, f"{verb}_{model._meta.model_name}") for verb in ("view", "delete"))

    @property
    def question(self) -> str:
        meta = self.model._meta
        name = meta.verbose_name if self.count == 1 else meta.verbose_name_plural
        return _("Are you sure you want to delete %(count)s %(what)s?") % {
            "count": number_format(self.count, force_grouping=True),
            "what": name,
        }

    @property
    def is_of_customers(self) -> bool:
        return self.model is Customer

    @property
    def too_many(self) -> str:
        """The limit, when more than that are selected."""
        most = bulk_deletions.MOST_TO_DELETE
        return number_format(most, force_grouping=True) if self.count > most else ""

    @cached_property
    def hindered(self) -> list[Hindered]:
        """The rows that can't be deleted, as far as they are named."""
        if self.too_many:
            return []
        rows = self.selection.rows
        against = {key: obstacles for key, obstacles in obstacles_of(rows, self.request.user).items() if obstacles}
        self.hindered_count = len(against)
        named = rows.filter(pk__in=list(against))[:NAMED] if against else ()
        return [Hindered(**self._told(row), obstacles=against[row.pk]) for row in named]

    def _told(self, row: Any) -> dict[str, Any]:
        context = self.object_context(row)
        return {"row": context["item"], "url": context["url"]}

    @property
    def unnamed_hindered(self) -> int:
        return max(self.hindered_count - NAMED, 0)

    def carry_out(self, form: Any) -> HttpResponse | None:
        delete, name = DELETIONS[self.model]
        rows = {name: self.selection.keys}
        done = delete(actor=self.request.user, reason=form.cleaned_data["reason"], **rows)
        meta, count = self.model._meta, done.changed
        text = ngettext("%(count)s %(what)s was deleted.", "%(count)s %(what)s were deleted.", count)
        what = meta.verbose_name if count == 1 else meta.verbose_name_plural
        url = change_set_url(self.request.user, done.change_set) if done.change_set else ""
        buttons = [messages.button(url, _("See the change"))] if url else []
        messages.success(
            self.request, text % {"count": number_format(count, force_grouping=True), "what": what}, buttons=buttons
        )
        return None
