"""Merges that workers carry out: how far they are, and what became of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator

from customer_admin.models import MergeBatch
from customer_admin.permissions import may_revert
from customer_admin.selectors.merge_batches import BatchProgress, progress_of, requests_of
from customer_admin.selectors.merge_requests import AskedMerge, with_accounts
from customer_admin.views.changes.links import change_set_url, revert_url
from customer_admin.views.customers.tabs import page_url

from .accounts import merge_url
from .requests import MergeRequestsMixin

PER_PAGE = 50


class MergeBatchMixin(MergeRequestsMixin):
    @cached_property
    def progress(self) -> BatchProgress:
        (progress,) = progress_of(get_object_or_404(MergeBatch.objects.all(), pk=self.kwargs["batch_pk"]))
        return progress


class MergeBatchView(MergeBatchMixin, TemplateView):
    page_title = gettext_lazy("Background merges")
    template_name = "customer_admin/merges/batch.html"

    def get_path(self) -> list[dict[str, Any]]:
        return [{"url": reverse("customers:merge_requests"), "label": _("Merge requests")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paginator = WagtailPaginator(requests_of(self.progress.batch), PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            progress=self.progress,
            progress_url=reverse("customers:merge_batch_progress", args=[self.progress.batch.pk]),
            rows=[self._row(each) for each in with_accounts(page.object_list)],
            page_obj=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            here=self.request.get_full_path(),
            **kwargs,
        )

    def _row(self, asked: AskedMerge) -> dict[str, Any]:
        user, change_set = self.request.user, asked.request.change_set
        may_undo = change_set is not None and may_revert(user, change_set)
        there = [each for each in (asked.survivor, *asked.duplicates) if each is not None]
        by_hand = asked.request.state == asked.request.State.FAILED and len(there) > 1
        return {
            "asked": asked,
            "url": page_url(asked.survivor) if asked.survivor is not None else "",
            "change_url": change_set_url(user, change_set, asked.survivor) if change_set is not None else "",
            "undo_url": revert_url(change_set) if may_undo else "",
            "merge_url": merge_url(there[0].pk, [each.pk for each in there[1:]]) if by_hand else "",
        }


class MergeBatchProgressView(MergeBatchMixin, TemplateView):
    """Answers the page how far the batch is."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = JsonResponse({"is_going_on": self.progress.is_going_on, "percent": self.progress.percent})
        response["Cache-Control"] = "private, no-store"
        return response
