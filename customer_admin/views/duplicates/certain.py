"""The screen that merges customers who are certainly the same, many at once."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.forms.duplicates import CertainForm, keys_in
from customer_admin.models import Customer
from customer_admin.permissions import may_merge
from customer_admin.selectors.duplicates.certain import certain_groups
from customer_admin.selectors.merge_requests import accounts_under_way
from customer_admin.selectors.merges import MOST_TO_MERGE
from customer_admin.views.customers.tabs import page_url

from .report import NAMESPACE, report_url

SHOWN = 100
MOST_AT_ONCE = MOST_TO_MERGE + 1


class MergeCertainView(WagtailAdminTemplateMixin, FormView):
    """All groups, or those of the pairs in the address as `?pair=<key>`, which the report's ticks are sent on to."""

    page_title = gettext_lazy("Merge certain duplicates")
    header_icon = "group"
    template_name = "customer_admin/duplicates/certain.html"
    form_class = CertainForm
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_merge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def pairs(self) -> list[int] | None:
        return keys_in(self.request.GET.getlist("pair")) if "pair" in self.request.GET else None

    @cached_property
    def found(self) -> list[list[int]]:
        return certain_groups(self.pairs)

    @cached_property
    def under_way(self) -> list[list[int]]:
        taken = accounts_under_way()
        return [group for group in self.found if not taken.isdisjoint(group)]

    @cached_property
    def too_many(self) -> list[list[int]]:
        return [group for group in self.found if len(group) > MOST_AT_ONCE and group not in self.under_way]

    @cached_property
    def groups(self) -> list[list[int]]:
        """Those that can be merged from here now."""
        left_out = {group[0] for group in (*self.under_way, *self.too_many)}
        return [group for group in self.found if group[0] not in left_out]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "count": len(self.groups)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "count" not in request.POST:  # The ticks of the report.
            pairs = keys_in(request.POST.getlist("pair"))
            if not pairs:
                messages.warning(request, _("Tick the pairs first that are to be merged."))
                return redirect(report_url())
            return redirect(f"{request.path}?{urlencode([('pair', pair) for pair in pairs])}")
        if not self.groups:
            return self.tell_nothing_left()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: CertainForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        queued = operations.queue_certain_merges(actor=self.request.user, groups=self.groups, reason=reason)
        if queued.asked:
            told = ngettext(
                "%(count)d merge waits for a second person.", "%(count)d merges wait for a second person.", queued.asked
            )
            messages.success(self.request, told % {"count": queued.asked})
        if queued.batch is not None:
            return redirect("customers:merge_batch", queued.batch.pk)
        return redirect("customers:merge_requests") if queued.asked else self.tell_nothing_left()

    def tell_nothing_left(self) -> HttpResponse:
        """Somebody was quicker, or this is a second click."""
        if self.under_way or self.groups:
            messages.info(self.request, _("These merges are under way already."))
            return redirect("customers:merge_requests")
        messages.warning(self.request, _("None of these can be merged from here any more. Nothing was merged."))
        return redirect(report_url())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        path = [
            {"url": reverse("customers:list"), "label": _("Customers")},
            {"url": reverse(f"{NAMESPACE}:index"), "label": _("Possible duplicates")},
        ]
        return [*self.breadcrumbs_items, *path, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.groups[:SHOWN]
        customers = Customer.objects.in_bulk({key for group in shown for key in group})
        return super().get_context_data(
            groups=[self._row(customers, group) for group in shown],
            count=len(self.groups),
            more=len(self.groups) - len(shown),
            under_way=len(self.under_way),
            too_many=len(self.too_many),
            most=MOST_AT_ONCE,
            goes=sum(len(group) - 1 for group in self.groups),
            report_url=report_url(),
            has_chosen=self.pairs is not None,
            **kwargs,
        )

    def _row(self, customers: dict[int, Customer], group: Sequence[int]) -> list[dict[str, Any]]:
        return [{"customer": customers[key], "url": page_url(customers[key])} for key in group if key in customers]
