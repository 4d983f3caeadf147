"""Deleting several rows of a list at once, through the operations: all of them or none."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.errors import CustomerAdminError
from customer_admin.models import AccountNote, ChangeSetKind, Club, Customer, CustomerClass, recording
from customer_admin.operations.bulk import MOST_TO_DELETE
from customer_admin.permissions import may
from customer_admin.selectors.obstacles import obstacles_to_delete_many
from customer_admin.views.changes.links import change_set_url
from customer_admin.views.customers.obstacles import LinkedObstacle, linked

from .base import ListedBulkAction

NAMED = 50
"""Of so many rows the page says what stands against their deletion."""


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
        used = Customer.all_objects.filter(customer_class__in=rows.order_by().values("pk")).order_by()
        told = _("Customers have this class. Untick “active” instead: it stays with them.")
        return {key: [LinkedObstacle(told)] for key in used.values_list("customer_class_id", flat=True).distinct()}
    return {}


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
        return [Customer, CustomerClass, Club, AccountNote]

    @classmethod
    def is_open_to(cls, user: Any, model: Any) -> bool:
        return all(may(user, f"{verb}_{model._meta.model_name}") for verb in ("view", "delete"))

    @property
    def question(self) -> str:
        meta = self.model._meta
        name = meta.verbose_name if self.count == 1 else meta.verbose_name_plural
        return _("Are you sure you want to delete %(count)s %(what)s?") % {"count": f"{self.count:,}", "what": name}

    @property
    def is_of_customers(self) -> bool:
        return self.model is Customer

    @property
    def too_many(self) -> str:
        """The limit, when more than that are selected."""
        return f"{MOST_TO_DELETE:,}" if self.count > MOST_TO_DELETE else ""

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
        change_set, count = self.delete(form.cleaned_data["reason"])
        meta = self.model._meta
        text = ngettext("%(count)s %(what)s was deleted.", "%(count)s %(what)s were deleted.", count)
        what = meta.verbose_name if count == 1 else meta.verbose_name_plural
        url = change_set_url(self.request.user, change_set) if change_set else ""
        buttons = [messages.button(url, _("See the change"))] if url else []
        messages.success(self.request, text % {"count": f"{count:,}", "what": what}, buttons=buttons)
        return None

    def delete(self, reason: str) -> tuple[Any, int]:
        """Delete by the operations. Answers the change set and the number of rows that were there to be deleted."""
        actor = self.request.user
        if self.is_of_customers:
            done = operations.delete_customers(actor=actor, customers=self.selection.keys, reason=reason)
            return done.change_set, done.changed
        with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
            for row in self.selection.rows.order_by("pk"):
                try:
                    delete_one(actor, row)
                except CustomerAdminError as refusal:
                    raise type(refusal)(f"{row}: {refusal.message}") from refusal
        return current.change_set, self.count


def delete_one(actor: Any, row: Any) -> None:
    """Delete one class, club or note by its operation."""
    if isinstance(row, CustomerClass):
        operations.delete_class(actor=actor, customer_class=row)
    elif isinstance(row, Club):
        operations.delete_club(actor=actor, club=row)
    else:
        operations.delete_note(actor=actor, note=row)
