"""Merges that somebody asked for: the list of them, and the page on which a second person decides."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.errors import MergeRefused
from customer_admin.forms.refusals import show_refusal
from customer_admin.forms.why import WhyForm
from customer_admin.models import Customer, MergeRequest
from customer_admin.permissions import may_merge
from customer_admin.selectors.merge_batches import last_batches
from customer_admin.selectors.merge_requests import AskedMerge, asked_merge, decided_merges, waiting_merges
from customer_admin.selectors.merges import MergePreview, merge_preview
from customer_admin.views.customers.obstacles import linked
from customer_admin.views.customers.tabs import page_url

from .shown import consequences, fields_shown, logins_shown, rows_shown
from .told import tell_merged


class MergeRequestsMixin(WagtailAdminTemplateMixin):
    header_icon = "copy"
    _show_breadcrumbs = True
    index_url_name = ""
    breadcrumbs_items: list[dict[str, Any]] = []
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_merge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        customers = {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))}
        return [*self.breadcrumbs_items, customers, *self.get_path(), {"url": "", "label": self.get_page_title()}]

    def get_path(self) -> list[dict[str, Any]]:
        return []


class MergeRequestsView(MergeRequestsMixin, TemplateView):
    page_title = gettext_lazy("Merge requests")
    template_name = "customer_admin/merges/requests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "waiting": waiting_merges(), "decided": decided_merges(), "batches": last_batches()}


class MergeRequestView(MergeRequestsMixin, FormView):
    """Shows what the merge would do now, and takes the decision."""

    page_title = gettext_lazy("Merge request")
    template_name = "customer_admin/merges/request.html"
    form_class = WhyForm

    def get_path(self) -> list[dict[str, Any]]:
        return [{"url": reverse("customers:merge_requests"), "label": _("Merge requests")}]

    @cached_property
    def asked(self) -> AskedMerge:
        return asked_merge(get_object_or_404(MergeRequest.objects.all(), pk=self.kwargs["request_pk"]))

    @cached_property
    def preview(self) -> MergePreview | None:
        """What it would do, as long as it waits and can be done."""
        asked = self.asked
        if asked.request.state != MergeRequest.State.WAITING or asked.survivor is None:
            return None
        try:
            return merge_preview(asked.survivor, asked.duplicates, asked.request.choices)
        except MergeRefused as refusal:
            self.refusal = refusal.message
            return None

    refusal = ""

    @property
    def is_own(self) -> bool:
        return bool(self.asked.request.asked_by_id == self.request.user.pk)

    def form_valid(self, form: WhyForm) -> HttpResponse:
        decide = {"approve": self.approve, "refuse": self.refuse}.get(self.request.POST.get("decision", ""))
        if decide is None:
            form.add_error(None, _("Press one of the buttons below to decide."))
            return self.form_invalid(form)
        try:
            return decide(form.cleaned_data["reason"])
        except MergeRefused as refusal:
            del self.asked
            self.__dict__.pop("preview", None)
            show_refusal(form, refusal)
            return self.form_invalid(form)

    def approve(self, reason: str) -> HttpResponse:
        wanted = {
            "actor": self.request.user,
            "request": self.asked.request,
            "seen": self.request.POST.get("seen", "") or "-",
            "reason": reason,
        }
        if self.preview is not None and self.preview.takes_long:
            return redirect("customers:merge_batch", operations.queue_approved_merge(**wanted).pk)
        done = operations.approve_merge(**wanted)
        tell_merged(self.request, done, len(self.asked.duplicates))
        return redirect(page_url(done.survivor))

    def refuse(self, reason: str) -> HttpResponse:
        operations.refuse_merge(actor=self.request.user, request=self.asked.request, reason=reason)
        messages.success(self.request, _("The request is refused. The accounts are as they were."))
        return redirect("customers:merge_requests")

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("Nothing was merged yet. See below."))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview = self.preview
        context = super().get_context_data(**kwargs)
        context |= {"asked": self.asked, "preview": preview, "is_own": self.is_own, "refusal": self.refusal}
        if preview is None:
            return context
        return {
            **context,
            "has_changed": self.asked.request.seen not in ("", preview.fingerprint),
            "obstacles": [linked(each, self.request.user) for each in preview.obstacles],
            "fields": fields_shown(preview, same=False),
            "rows": rows_shown(preview),
            "logins": logins_shown(preview),
            "consequences": consequences(preview),
        }
