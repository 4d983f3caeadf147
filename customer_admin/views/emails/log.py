"""The report "E-mails": every mail of the site, newest first, with what became of it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import BaseListingView

from customer_admin.models import OutgoingEmail
from customer_admin.models.mail import KINDS
from customer_admin.permissions import may
from customer_admin.selectors.mail_log import emails_for_listing
from customer_admin.views.changes.paging import BoundedPaginator
from customer_admin.views.customers.tabs import page_url
from customer_admin.views.filters import DaysFilter, StrictFiltersMixin
from customer_admin.views.stacked_tables import StackedTable

from .access import LogMixin
from .columns import CustomerColumn, QueuedColumn, StatusColumn, SubjectColumn, ToColumn

OTHER = "other"


class EmailFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=OutgoingEmail.Status.choices, widget=CheckboxSelectMultiple, distinct=False
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"),
        choices=[*KINDS.items(), (OTHER, _("Other"))],
        method="filter_kind",
        widget=CheckboxSelectMultiple,
    )
    created_at = DaysFilter(label=_("Queued"))

    class Meta:
        model = OutgoingEmail
        fields: list[str] = []

    def filter_kind(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        if OTHER in value:
            return queryset.exclude(kind__in=KINDS.keys() - set(value))
        return queryset.filter(kind__in=value)


class EmailLogView(LogMixin, StrictFiltersMixin, BaseListingView):
    model = OutgoingEmail
    page_title = _("E-mails")
    header_icon = "mail"
    index_url_name = "customer_admin_emails:index"
    index_results_url_name = "customer_admin_emails:index_results"
    results_template_name = "customer_admin/mail_log/results.html"
    filterset_class = EmailFilterSet
    paginator_class = BoundedPaginator
    paginate_by = 50
    default_ordering = ("-created_at", "-pk")
    is_searchable = True
    search_fields = ["to_address"]
    verbose_name_plural = OutgoingEmail._meta.verbose_name_plural
    table_class = StackedTable
    table_classname = "listing customer-admin-changes"
    _show_breadcrumbs = True

    @cached_property
    def columns(self) -> list[Column]:
        return [
            QueuedColumn(),
            SubjectColumn(),
            ToColumn(),
            CustomerColumn(get_url=self.get_customer_url),
            StatusColumn(),
        ]

    def get_customer_url(self, email: OutgoingEmail) -> str | None:
        is_there = email.customer is not None and email.customer.merged_into_id is None
        return page_url(email.customer, "emails") if is_there and may(self.request.user, "view_customer") else None

    def get_base_queryset(self) -> QuerySet[OutgoingEmail]:
        return emails_for_listing()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [{"url": reverse("wagtailadmin_home"), "label": _("Home")}, {"url": "", "label": self.page_title}]
