"""The screen "Assign orders": rows, what they would do, and doing it when all of them are right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.errors import AssignmentRefused
from customer_admin.forms.assignments import (
    BLANK_ROWS,
    AssignForm,
    Assignments,
    Entry,
    TypedRow,
    digest_of,
    seen_as_text,
    seen_of_text,
)
from customer_admin.models import Customer
from customer_admin.selectors.assignments import AssignmentRow, assignment_preview, owners_seen

from .access import NAMESPACE, AssigningMixin
from .told import tell_assigned, tell_settled


class AssignOrdersView(AssigningMixin, WagtailAdminTemplateMixin, TemplateView):
    """`?order=` and `?customer=` fill the first row. Each button posts the whole form."""

    template_name = "customer_admin/assignments/assign.html"
    page_title = gettext_lazy("Assign orders")
    preview: Sequence[AssignmentRow] = ()
    is_previewed = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        first = TypedRow(request.GET.get("order", ""), request.GET.get("customer", ""))
        self.assignments = Assignments([first, *(TypedRow() for _each in range(BLANK_ROWS - 1))])
        self.form = AssignForm()
        return self.shown()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = AssignForm(request.POST, request.FILES)
        self.assignments = Assignments.of(request.POST, request.FILES.get("file"))
        action, _dash, place = request.POST.get("action", "").partition("-")
        if action == "add":
            self.assignments.add_row()
        elif action == "remove":
            self.assignments.rows = [row for at, row in enumerate(self.assignments.rows) if str(at) != place]
        else:
            return self.weigh(action)
        return self.shown()

    def weigh(self, action: str) -> HttpResponse:
        """Show what the rows would do, without the wrong ones if that is wanted, or do it."""
        entries = self.assignments.entries()
        if self.assignments.problems:
            return self.shown()
        if action == "assign" and self.form.is_valid():
            return self.assign(entries)
        self.look_at(entries)
        if action == "clean":
            entries = [entry for entry, row in zip(entries, self.preview, strict=True) if not row.errors]
            self.assignments.keep(entries)
            self.look_at(entries)
        return self.shown()

    def assign(self, entries: list[Entry]) -> HttpResponse:
        try:
            seen = seen_of_text(self.form.cleaned_data["seen"])
        except ValueError:
            seen = None
        if seen is None or self.form.cleaned_data["previewed"] != digest_of(entries):
            self.look_at(entries)
            messages.warning(self.request, _("The rows are not those that you looked at. Look once more, then assign."))
            return self.shown()
        try:
            done = operations.assign_orders(
                actor=self.request.user,
                assignments=[(entry.order, entry.customer) for entry in entries],
                reason=self.form.cleaned_data["reason"],
                seen=seen,
            )
        except AssignmentRefused as refusal:
            messages.error(self.request, refusal.message)
            self.look_at(entries, seen)
            return self.shown()
        if done.change_set is None:
            tell_settled(self.request, self.first_order(entries))
        else:
            tell_assigned(self.request, done)
        return redirect(reverse(f"{NAMESPACE}:assign"))

    def first_order(self, entries: Sequence[Entry]) -> Any:
        (row,) = assignment_preview([(entries[0].order, entries[0].customer)])
        return row.order

    def look_at(self, entries: Sequence[Entry], seen: dict[int, int | None] | None = None) -> None:
        """Weigh the rows, and put what is wrong with them where it was typed."""
        rows = assignment_preview([(entry.order, entry.customer) for entry in entries], seen=seen)
        pairs = list(zip(entries, rows, strict=True))
        self.preview = [
            replace(row, errors={"order": entry.problem}, changes=False) if entry.problem else row
            for entry, row in pairs
        ]
        self.is_previewed = True
        for entry, row in pairs:
            if entry.row is not None:
                self.assignments.rows[entry.row].note(row.errors)
        self.hidden = {"seen": seen_as_text(owners_seen(self.preview)), "previewed": digest_of(entries)}

    def shown(self) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        reason = self.form.data.get("reason", "")
        hidden = getattr(self, "hidden", {})
        form = AssignForm(initial={"pasted": self.assignments.pasted, "reason": reason, **hidden})
        changing = sum(row.changes for row in self.preview)
        wrong = [row for row in self.preview if row.errors]
        return {
            **context,
            "form": form,
            "rows": self.assignments.rows or [TypedRow()],
            "problems": [*self.assignments.problems, *(text for texts in self.form.errors.values() for text in texts)],
            "preview": [*wrong, *(row for row in self.preview if not row.errors)],
            "is_previewed": self.is_previewed,
            "wrong_count": len(wrong),
            "changing": changing,
            "unchanged": len(self.preview) - len(wrong) - changing,
            "chooser_url": reverse(Customer.snippet_viewset.chooser_viewset.get_url_name("choose")),
            "chooser_media": Customer.snippet_viewset.chooser_viewset.widget_class().media,
            "unassigned_url": reverse(f"{NAMESPACE}:unassigned"),
        }
