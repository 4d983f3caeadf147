"""Joining a club, and editing, holding, resuming and cancelling a membership."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.forms.meanwhile import told_of_kept
from customer_admin.forms.memberships import CancelForm, EditMembershipForm, HoldForm, JoinClubForm
from customer_admin.forms.why import WhyForm
from customer_admin.models import ClubMembership
from customer_admin.operations.memberships import MEMBERSHIP_FIELDS

from .actions import CustomerActionView
from .clubs_tab import ClubsTab
from .rows import RowScreenMixin


class JoinClubView(CustomerActionView):
    tab = ClubsTab.name
    permissions = ("view_customer", "view_clubmembership", "add_clubmembership")
    page_title = gettext_lazy("Join a club")
    header_icon = "group"
    template_name = "customer_admin/clubs/form.html"
    form_class = JoinClubForm
    submit_label = gettext_lazy("Join")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "customer": self.customer, "user": self.request.user}

    def perform(self, form: Any) -> str:
        membership = operations.join_club(actor=self.request.user, customer=self.customer, **form.cleaned_data)
        told = _("%(customer)s is a member of %(club)s now.")
        return told % {"customer": self.customer.display_name, "club": membership.club}


class MembershipView(RowScreenMixin, CustomerActionView):
    """What is done to one membership that was not cancelled."""

    tab = ClubsTab.name
    permissions = ("view_customer", "view_clubmembership", "change_clubmembership")
    header_icon = "group"

    row_model = ClubMembership
    row_kwarg = "membership_pk"
    row_is_gone = gettext_lazy("This membership is not there any more.")

    def get_rows(self) -> Any:
        return ClubMembership.objects.select_related("club")

    @property
    def membership(self) -> ClubMembership:
        return self.row

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.membership.status == ClubMembership.Status.CANCELLED:
            messages.info(request, _("This membership was cancelled. The customer can join the club anew."))
            return redirect(self.back_url)
        return super().get(request, *args, **kwargs)

    @property
    def what(self) -> list[tuple[Any, Any]]:
        return [
            (_("Club"), self.membership.club),
            (_("Membership"), str(self.membership)),
            (_("Status"), self.membership.standing),
        ]


class EditMembershipView(MembershipView):
    page_title = gettext_lazy("Edit membership")
    template_name = "customer_admin/clubs/form.html"
    form_class = EditMembershipForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial")
        return {**kwargs, "membership": self.membership, "user": self.request.user}

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        operations.update_membership(
            actor=self.request.user,
            membership=self.membership,
            reason=data["reason"],
            seen=data["seen"],
            **{name: data[name] for name in MEMBERSHIP_FIELDS & data.keys()},
        )
        return " ".join(filter(None, [_("Membership saved."), told_of_kept(data["seen"])]))


class HoldMembershipView(MembershipView):
    page_title = gettext_lazy("Put membership on hold")
    form_class = HoldForm
    submit_label = gettext_lazy("Put on hold")

    def get_initial(self) -> dict[str, Any]:
        return {"on_hold_until": self.membership.on_hold_until}

    def perform(self, form: Any) -> str:
        until, reason = form.cleaned_data["on_hold_until"], form.cleaned_data["reason"]
        held = operations.hold_membership(
            actor=self.request.user, membership=self.membership, until=until, reason=reason
        )
        return _("%(club)s: %(standing)s.") % {"club": held.club, "standing": held.standing}


class ResumeMembershipView(MembershipView):
    page_title = gettext_lazy("Resume membership")
    form_class = WhyForm
    submit_label = gettext_lazy("Resume")

    def perform(self, form: Any) -> str:
        resumed = operations.resume_membership(
            actor=self.request.user, membership=self.membership, reason=form.cleaned_data["reason"]
        )
        return _("The membership of %(club)s counts again.") % {"club": resumed.club}


class CancelMembershipView(MembershipView):
    page_title = gettext_lazy("Cancel membership")
    form_class = CancelForm
    submit_label = gettext_lazy("Cancel the membership")
    submit_classname = "serious"
    explanation = gettext_lazy(
        "The membership ends today and stays to be read. To pause it instead, put it on hold; to join again, the "
        "customer gets a new one."
    )

    def perform(self, form: Any) -> str:
        cancelled = operations.cancel_membership(
            actor=self.request.user, membership=self.membership, reason=form.cleaned_data["reason"]
        )
        return _("The membership of %(club)s is cancelled.") % {"club": cancelled.club}
