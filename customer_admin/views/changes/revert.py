"""Taking back a change set, a row or a field: what it would do, the clashes to decide, and doing it."""

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.errors import RevertRefused
from customer_admin.forms.reverts import RevertForm
from customer_admin.models import ChangeSet
from customer_admin.models.keys import as_key
from customer_admin.operations.reverts import KEEP, RevertReport, RowEffect
from customer_admin.permissions import may, may_revert

from .clash_groups import SHOWN, group_text, grouped
from .links import change_set_url, revert_url
from .revert_texts import clash_texts, effect_texts, untracked_texts
from .since import CameSince, came_since, reassigned_in


class RevertView(WagtailAdminTemplateMixin, FormView):
    """`?only=` narrows it to rows or fields, `?customer=` to what is one customer's."""

    template_name = "customer_admin/changes/revert.html"
    form_class = RevertForm
    header_icon = "take-back"
    page_title = gettext_lazy("Take back")
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_revert(request.user, self.change_set):
            raise PermissionDenied
        try:
            self.report = self.take_back(dry_run=True)
        except RevertRefused as refusal:
            messages.error(request, refusal.message)
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def change_set(self) -> ChangeSet:
        return get_object_or_404(ChangeSet, pk=self.kwargs["pk"])

    @cached_property
    def back_url(self) -> str:
        return change_set_url(self.request.user, self.change_set) or reverse("wagtailadmin_home")

    def take_back(self, **kwargs: Any) -> RevertReport:
        customer = self.request.GET.get("customer")
        return operations.revert_change_set(
            actor=self.request.user,
            change_set=self.change_set,
            only=self.request.GET.getlist("only") or None,
            customer=None if customer is None else as_key(customer) or 0,  # Nobody has the key 0.
            **kwargs,
        )

    @cached_property
    def seen(self) -> str:
        """A text that changes when what would be done, or what stands against it, does."""
        rows = [f"{row.ref} {row.action} {row.source_id} {sorted(row.fields)}" for row in self.report.rows]
        rows += [f"{row.ref} {row.field} {row.now}" for row in self.report.untracked]
        clashes = [f"{clash.key} {clash.kind} {clash.by_id} {clash.count}" for clash in self.report.clashes]
        return sha256("\n".join([*rows, "", *clashes]).encode()).hexdigest()

    @property
    def is_of_a_part(self) -> bool:
        return bool(self.request.GET.keys() & {"only", "customer"})

    @cached_property
    def since(self) -> CameSince | None:
        """What came after a merge, which is asked for when all of it is taken back."""
        return None if self.is_of_a_part else came_since(self.change_set, self.request.POST)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.seen}

    def form_valid(self, form: RevertForm) -> HttpResponse:
        if form.cleaned_data["seen"] != self.seen:
            messages.warning(self.request, _("This page was out of date. Look at it once more, then take back."))
            return redirect(self.request.get_full_path())
        # What can only be left as it is was said on the page.
        left = {clash.key: KEEP for clash in self.report.clashes if not clash.may_overwrite}
        try:
            report = self.take_back(
                resolve={**form.resolve, **left},
                reassigned=None if self.is_of_a_part else reassigned_in(self.request.POST),
                reason=form.cleaned_data["reason"],
            )
        except RevertRefused as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        if report.change_set is None:
            messages.info(self.request, _("There was nothing left to take back."))
            return redirect(self.back_url)
        messages.success(self.request, told_of(report))
        return redirect(change_set_url(self.request.user, report.change_set) or reverse("wagtailadmin_home"))

    def form_invalid(self, form: RevertForm) -> HttpResponse:
        messages.error(self.request, _("Nothing was taken back yet. See below."))
        return super().form_invalid(form)

    def get_page_subtitle(self) -> str:
        return str(self.change_set)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = list(self.breadcrumbs_items)
        if may(self.request.user, "audit_changeset"):
            items.append({"url": reverse("customer_admin_changes:index"), "label": _("Changes")})
            items.append({"url": self.back_url, "label": str(self.change_set.get_kind_display())})
        return [*items, {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}]

    def settled_rows(self) -> list[RowEffect]:
        """What is done whatever is chosen."""
        undecided = {clash.key for clash in self.report.clashes if clash.may_overwrite}
        rows = []
        for row in self.report.rows:
            fields = frozenset(name for name in row.fields if f"{row.ref}:{name}" not in undecided)
            if row.ref not in undecided and (fields or not row.fields):
                rows.append(replace(row, fields=fields))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = self.settled_rows()
        open_clashes, groups = grouped([clash for clash in self.report.clashes if clash.may_overwrite])
        closed_clashes = [clash for clash in self.report.clashes if not clash.may_overwrite]
        chosen = context["form"].resolve if context["form"].is_bound else {}
        return {
            **context,
            "change_set": self.change_set,
            "report": self.report,
            "counts": Counter(str(row.action) for row in rows),
            "rows": effect_texts(rows[:SHOWN]),
            "more_rows": max(len(rows) - SHOWN, 0),
            "clashes": [(text, chosen.get(text.clash.key, "")) for text in clash_texts(open_clashes[:SHOWN])],
            "more_clashes": max(len(open_clashes) - SHOWN, 0),
            "groups": [group_text(group, chosen) for group in groups],
            "untracked": untracked_texts(self.report.untracked),
            "since": self.since if self.report.does_something or self.report.clashes else None,
            "rest": chosen.get("*", ""),
            "left": clash_texts(closed_clashes[:SHOWN]),
            "more_left": max(len(closed_clashes) - SHOWN, 0),
            "whole_url": revert_url(self.change_set) if self.is_of_a_part else "",
            "back_url": self.back_url,
        }


def told_of(report: RevertReport) -> str:
    """What was taken back, in numbers."""
    count = len(report.rows) + len(report.untracked)
    told = ngettext("Taken back: %(count)d record.", "Taken back: %(count)d records.", count) % {"count": count}
    if not report.reassigned:
        return told
    more = ngettext(
        "%(count)d record that came since went to the account that you chose.",
        "%(count)d records that came since went to the accounts that you chose.",
        report.reassigned,
    )
    return f"{told} {more % {'count': report.reassigned}}"
