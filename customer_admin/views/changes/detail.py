"""The page of one change set: who, when, why, and every row with old and new values."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from customer_admin.models import ChangeSet, ChangeSetCustomer, Customer
from customer_admin.models.keys import as_key
from customer_admin.permissions import may, may_revert
from customer_admin.selectors.change_set_rows import ChangedRows, customers_of
from customer_admin.selectors.signposts import keys_of_account
from customer_admin.selectors.untracked import UntrackedCount, untracked_counts

from .access import may_see_timelines
from .links import change_set_url, revert_url
from .records import customer_url, record_urls

CUSTOMERS_SHOWN = 10


class ChangeSetView(WagtailAdminTemplateMixin, TemplateView):
    """With `?customer=` it shows what is this customer's alone, and opens for all who may see timelines."""

    template_name = "customer_admin/changes/detail.html"
    header_icon = "history"
    _show_breadcrumbs = True
    paginate_by = 50

    @cached_property
    def change_set(self) -> ChangeSet:
        return get_object_or_404(ChangeSet.objects.select_related("reverts"), pk=self.kwargs["pk"])

    @cached_property
    def audits(self) -> bool:
        return may(self.request.user, "audit_changeset")

    @cached_property
    def customer(self) -> Customer | None:
        """The one customer to show, if the address names one whom the change set touched."""
        asked = self.request.GET.get("customer", "")
        if self.audits and not asked:
            return None
        key = as_key(asked)
        touched = ChangeSetCustomer.objects.filter(change_set=self.change_set, customer__in=keys_of_account(key))
        found = Customer.all_objects.filter(pk=key).first() if touched.exists() else None
        if found is None and self.audits:
            raise Http404
        if found is None or not (self.audits or may_see_timelines(self.request.user)):
            raise PermissionDenied
        return found

    @cached_property
    def rows(self) -> ChangedRows:
        return ChangedRows(self.change_set, self.customer, self.request.GET.get("model", ""))

    @cached_property
    def untracked(self) -> list[UntrackedCount]:
        return untracked_counts(self.change_set, self.customer)

    def get_page_title(self) -> str:
        return str(self.change_set.get_kind_display())

    def get_page_subtitle(self) -> str:
        when = localtime(self.change_set.created_at)
        return f"{date_format(when, 'SHORT_DATE_FORMAT')} {when:%H:%M}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = list(self.breadcrumbs_items)
        if self.customer is not None and may_see_timelines(self.request.user):
            url = reverse("customers:history", args=[self.customer.pk])
            items.append({"url": url, "label": _("History of %(customer)s") % {"customer": self.customer}})
        elif self.audits:
            items.append({"url": reverse("customer_admin_changes:index"), "label": _("Changes")})
        return [*items, {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = revert_url(self.change_set) if may_revert(self.request.user, self.change_set) else ""
        return [HeaderButton(_("Take this back"), url=url, icon_name="take-back")] if url else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer, user = self.customer, self.request.user
        context = super().get_context_data(**kwargs)
        page = WagtailPaginator(self.rows, self.paginate_by).get_page(self.request.GET.get("p"))
        urls = record_urls(user, page.object_list)
        customers, more = ([], False) if customer else customers_of(self.change_set, CUSTOMERS_SHOWN)
        reverted_by = self.change_set.reverted_by.order_by("-closed")[:CUSTOMERS_SHOWN]
        return {
            **context,
            "change_set": self.change_set,
            "customer": customer,
            "customers": [(told.name, customer_url(user, told.key) if told.is_living else "") for told in customers],
            "more_customers": more,
            "reverts": self._link(self.change_set.reverts) if self.change_set.reverts else None,
            "reverted_by": [self._link(other) for other in reverted_by],
            "all_url": change_set_url(user, self.change_set),
            "counts": [(entry, self._address(entry.label)) for entry in self.rows.counts],
            "chosen": self.rows.label,
            "unfiltered_url": self._address(""),
            "total": sum(entry.count for entry in self.rows.counts),
            "untracked": self.untracked if page.number == 1 and not self.rows.label else [],
            "page_obj": page,
            "rows": [(row, urls.get(row.ref, "")) for row in page.object_list],
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
        }

    def _link(self, other: ChangeSet) -> tuple[ChangeSet, str]:
        return other, change_set_url(self.request.user, other)

    def _address(self, label: str) -> str:
        query = {"customer": self.customer.pk if self.customer else "", "model": label}
        return f"?{urlencode({name: value for name, value in query.items() if value})}"
