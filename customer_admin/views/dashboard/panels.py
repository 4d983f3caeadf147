"""What the first page of the admin shows about customers, to those who may see it, and asks for nobody else."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from customer_admin.models import Customer
from customer_admin.operations.duplicates import PERMISSION
from customer_admin.permissions import may
from customer_admin.selectors.dashboard import (
    NEWEST,
    alerts_in_force,
    customers_by_class,
    failed_mails,
    has_customers,
    new_customers_by_week,
)
from customer_admin.selectors.duplicates.pairs import count_of_open, pairs_for_review, shown
from customer_admin.views.changes.paging import COUNTED
from customer_admin.views.customers.tabs import page_url
from customer_admin.views.duplicates.report import report_url
from customer_admin.views.plots import Plot, Series, plot_of


class DashboardPanel(Component):
    """A panel for people who have all of `permissions`."""

    permissions: tuple[str, ...] = ("view_customer",)
    order: int

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @classmethod
    def is_for(cls, user: Any) -> bool:
        return all(may(user, permission) for permission in cls.permissions)

    def customer_url(self, customer: Customer | None) -> str:
        """The page of a customer; "" for none, and for people who may not open it."""
        if customer is None or not may(self.request.user, "view_customer"):
            return ""
        return page_url(customer)


class FirstStepsPanel(DashboardPanel):
    """Instead of empty panels, on an installation without customers."""

    name = "customer_admin_first_steps"
    order = 150
    template_name = "customer_admin/dashboard/first_steps.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        user = self.request.user
        namespace = Customer.snippet_viewset.url_namespace
        return {
            "add_url": reverse(f"{namespace}:add") if may(user, "add_customer") else "",
            "may_import": may(user, "import_customer"),
            "settings_url": _settings_url() if may(user, "change_customeradminsettings") else "",
            "classes_url": reverse("customer_classes:add") if may(user, "add_customerclass") else "",
        }


class NewCustomersPanel(DashboardPanel):
    name = "customer_admin_new_customers"
    order = 150
    template_name = "customer_admin/dashboard/new_customers.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        return {"plot": self.plot()}

    def plot(self) -> Plot:
        counts = new_customers_by_week()
        description = ngettext(
            "One bar for each, %(count)d new customer altogether. The same numbers are in the table below.",
            "One bar for each, %(count)d new customers altogether. The same numbers are in the table below.",
            counts.total,
        )
        days = {"first": date_format(counts.first), "last": date_format(counts.last)}
        return plot_of(
            counts.by_start,
            counts.unit,
            [Series(kind.value, kind.label) for kind in counts.kinds],
            name="new-customers-plot",
            title=_("New customers per week, %(first)s to %(last)s") % days,
            description=description % {"count": counts.total},
        )


class AlertsPanel(DashboardPanel):
    name = "customer_admin_alerts"
    order = 151
    template_name = "customer_admin/dashboard/alerts.html"
    permissions = ("view_customer", "view_accountnote")

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        levels, newest = alerts_in_force()
        return {
            "levels": levels,
            "newest": [(note, self.customer_url(note.customer)) for note in newest],
            "list_url": f"{reverse(Customer.snippet_viewset.get_url_name('list'))}?alert=any",
        }


class FailedMailsPanel(DashboardPanel):
    name = "customer_admin_failed_mails"
    order = 152
    template_name = "customer_admin/dashboard/failed_mails.html"
    permissions = ("view_outgoingemail",)

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        count, newest = failed_mails()
        mails = [(mail, self.customer_url(mail.customer)) for mail in newest]
        return {"count": count, "newest": mails, "list_url": _failed_mails_url() if count else ""}


class ClassesPanel(DashboardPanel):
    name = "customer_admin_classes"
    order = 153
    template_name = "customer_admin/dashboard/classes.html"
    permissions = ("view_customer", "view_customerclass")

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        url = reverse(f"{Customer.snippet_viewset.url_namespace}:list")
        return {
            "shares": [
                (share, f"{url}?customer_class={share.key}" if share.key else "") for share in customers_by_class()
            ]
        }


class DuplicatesPanel(DashboardPanel):
    name = "customer_admin_duplicates"
    order = 154
    template_name = "customer_admin/dashboard/duplicates.html"
    permissions = ("view_customer", PERMISSION)

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        newest = pairs_for_review()[:NEWEST]
        pairs = [{"shown": each, "url": report_url(each.pair.first)} for each in shown(newest).values()]
        count = count_of_open(COUNTED + 1) if pairs else 0
        return {
            "pairs": pairs,
            "count": min(count, COUNTED),
            "is_more": count > COUNTED,
            "list_url": report_url(),
        }


PANELS: tuple[type[DashboardPanel], ...] = (
    NewCustomersPanel,
    AlertsPanel,
    FailedMailsPanel,
    ClassesPanel,
    DuplicatesPanel,
)


def add_dashboard_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Add what this person may see."""
    shown = [panel for panel in PANELS if panel.is_for(request.user)]
    if not shown:
        return
    if FirstStepsPanel.is_for(request.user) and not has_customers():
        shown = [FirstStepsPanel]
    panels.extend(panel(request) for panel in shown)


def _settings_url() -> str:
    return reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings"])


def _failed_mails_url() -> str:
    return f"{reverse('customer_admin_emails:index')}?status=failed"
