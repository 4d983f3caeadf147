"""The tab "Clubs": the customer's memberships, and what can be done with each."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from customer_admin.models import ClubMembership
from customer_admin.permissions import may
from customer_admin.selectors.clubs import memberships_of

from .tabs import ListTab

Status = ClubMembership.Status


class SinceColumn(Column):
    cell_template_name = "customer_admin/clubs/since_cell.html"


class StandingColumn(Column):
    """How the membership stands today, with why it was cancelled."""

    cell_template_name = "customer_admin/clubs/standing_cell.html"


class ActionsColumn(Column):
    """What can be done with a membership, as links."""

    cell_template_name = "customer_admin/clubs/actions_cell.html"

    def get_cell_context_data(self, instance: ClubMembership, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "links": _links_of(instance)}


class ClubsTab(ListTab):
    name = "clubs"
    label = gettext_lazy("Clubs")
    order = 700
    permission = "view_clubmembership"
    template_name = "customer_admin/clubs/tab.html"
    empty_text = gettext_lazy("Not a member of any club.")

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            Column("club", label=_("Club"), classname="customer-admin-wrap"),
            Column("tier", label=_("Tier"), classname="customer-admin-wrap"),
            SinceColumn("since", label=_("Since")),
            StandingColumn("standing", label=_("Status")),
            Column("get_delivery_method_display", label=_("Delivery")),
        ]
        if may(self.request.user, "change_clubmembership"):
            columns.append(ActionsColumn("actions", label=_("Actions"), accessor="pk"))
        return columns

    def get_queryset(self) -> QuerySet[ClubMembership]:
        return memberships_of(self.customer)

    def get_context_data(self) -> dict[str, Any]:
        context = super().get_context_data()
        if may(self.request.user, "add_clubmembership"):
            context["join_url"] = reverse("customers:club_join", args=[self.customer.pk])
        return context


def _links_of(membership: ClubMembership) -> list[tuple[Any, str]]:
    if membership.status == Status.CANCELLED:
        return []
    names = [("club_edit", _("Edit")), ("club_hold", _("Put on hold")), ("club_cancel", _("Cancel membership"))]
    if membership.status == Status.ON_HOLD:
        names[1:1] = [("club_resume", _("Resume"))]
        names[2] = ("club_hold", _("Change hold"))
    return [
        (label, reverse(f"customers:{name}", args=[membership.customer_id, membership.pk])) for name, label in names
    ]
