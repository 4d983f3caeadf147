"""The report of possible duplicates: pairs and groups to look through, to merge, or to say that they are not."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin import operations
from customer_admin.forms.duplicates import PairsForm, ReviewForm
from customer_admin.models import Customer, DuplicatePair
from customer_admin.operations.duplicates import PERMISSION, search_going_on
from customer_admin.permissions import may, may_merge
from customer_admin.selectors.duplicates.certain import count_of_certain
from customer_admin.selectors.duplicates.pairs import (
    DISMISSED,
    OPEN,
    PairGroup,
    ShownPair,
    in_groups,
    last_search,
    pairs_for_review,
    shown,
)
from customer_admin.views.changes.links import revert_url
from customer_admin.views.changes.paging import BoundedPaginator
from customer_admin.views.customers.tabs import page_url

from .merging import merge_url

NAMESPACE = "customer_admin_duplicates"
PER_PAGE = 15
MOST_COUNTED = 1000


class DuplicatesAccessMixin:
    """For who may see customers; to decide takes more."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may(request.user, "view_customer"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class DuplicatesView(DuplicatesAccessMixin, WagtailAdminTemplateMixin, TemplateView):
    page_title = _("Possible duplicates")
    header_icon = "group"
    template_name = "customer_admin/duplicates/report.html"
    _show_breadcrumbs = True

    @cached_property
    def form(self) -> ReviewForm:
        return ReviewForm(self.request.GET)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        customers = {"url": reverse("customers:list"), "label": gettext("Customers")}
        return [*self.breadcrumbs_items, customers, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.form.chosen
        paginator = BoundedPaginator(pairs_for_review(**chosen), PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        is_open = chosen["status"] == OPEN
        groups = in_groups(page.object_list) if is_open else [PairGroup([pair]) for pair in page.object_list]
        found = shown(pair for group in groups for pair in group.pairs)
        search, may_decide = last_search(), may(self.request.user, PERMISSION)
        return super().get_context_data(
            form=self.form,
            groups=[([self._card(found[pair.pk]) for pair in group.pairs], group.has_more) for group in groups],
            page_obj=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            is_filtered=self.form.is_narrowed,
            is_dismissed=chosen["status"] == DISMISSED,
            search=search,
            is_searching=search is not None and search_going_on() is not None,
            may_decide=may_decide,
            may_dismiss=may_decide and is_open and bool(groups),
            certain=self.certain,
            here=self.request.get_full_path(),
            **kwargs,
        )

    @property
    def certain(self) -> int:
        """How many pairs could be merged without looking at each, up to a bound."""
        may_offer = may_merge(self.request.user) and self.form.chosen["status"] == OPEN
        return count_of_certain(MOST_COUNTED) if may_offer else 0

    def _card(self, pair: ShownPair) -> dict[str, Any]:
        user, both = self.request.user, (pair.pair.first, pair.pair.second)
        return {
            "shown": pair,
            "urls": [page_url(customer) for customer in both],
            "merge_url": merge_url(user, both[0], both[1:]) if pair.decision is None else "",
        }


class DismissView(DuplicatesAccessMixin, View):
    """Decides that the ticked pairs, or the one whose button was pressed, are not the same."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may(request.user, PERMISSION):
            raise PermissionDenied
        form = PairsForm(request.POST)
        if not form.is_valid():
            messages.warning(request, form.told)
            return back(request)
        pairs = DuplicatePair.objects.filter(pk__in=form.cleaned_data["pairs"])
        done = operations.dismiss_duplicates(actor=request.user, pairs=pairs, reason=form.cleaned_data["reason"])
        if not done.changed:
            told = gettext("Nothing was left to decide: these pairs were merged or decided about meanwhile.")
            messages.info(request, told)
            return back(request)
        buttons = []
        if done.change_set is not None and may(request.user, "revert_changeset"):
            buttons = [messages.button(revert_url(done.change_set), gettext("Take back"))]
        told = ngettext(
            "%(count)d pair is not shown any more: not a duplicate.",
            "%(count)d pairs are not shown any more: not duplicates.",
            done.changed,
        )
        messages.success(request, told % {"count": done.changed}, buttons=buttons)
        return back(request)


class SearchView(DuplicatesAccessMixin, View):
    """Starts a search through all customers, and says how far the one that runs is."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        search = last_search()
        going_on = search_going_on()
        response = JsonResponse(
            {"is_going_on": going_on is not None, "percent": int(search.progress * 100) if search is not None else 0}
        )
        response["Cache-Control"] = "private, no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may(request.user, PERMISSION):
            raise PermissionDenied
        operations.start_search(actor=request.user)
        return back(request)


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page of the report where one was, or to its beginning."""
    index, here = reverse(f"{NAMESPACE}:index"), request.POST.get("next", "")
    return redirect(here if here.partition("?")[0] == index else index)


def report_url(customer: Customer | None = None) -> str:
    """The report, or what of it is about one customer."""
    url = reverse(f"{NAMESPACE}:index")
    return f"{url}?customer={customer.pk}" if customer is not None else url
