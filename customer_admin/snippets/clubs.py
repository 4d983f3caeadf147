"""Clubs in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, NumberColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from customer_admin import operations
from customer_admin.forms.customers import ReasonForm
from customer_admin.models import Club
from customer_admin.operations.clubs import CLUB_FIELDS
from customer_admin.selectors.clubs import clubs_with_counts, obstacles_to_delete_club
from customer_admin.views.filters import StrictFiltersMixin
from customer_admin.views.stacked_tables import StackedListMixin

from .choosers import GuardedChooserViewSet
from .doors import OperationCreateView, OperationDeleteView, OperationEditView, RecordInspectView, entered
from .history import RecordHistoryView


class ClubIndexView(StrictFiltersMixin, StackedListMixin, IndexView):
    def get_base_queryset(self) -> QuerySet:
        return clubs_with_counts()


class ClubCreateView(OperationCreateView):
    def create(self, form: Any) -> Club:
        return operations.create_club(
            actor=self.request.user, reason=form.cleaned_data["reason"], **entered(form, CLUB_FIELDS)
        )


class ClubEditView(OperationEditView):
    def update(self, form: Any) -> Club:
        return operations.update_club(
            actor=self.request.user,
            club=self.object,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            **entered(form, CLUB_FIELDS),
        )


class ClubDeleteView(OperationDeleteView):
    def delete(self, instance: Club, reason: str) -> None:
        operations.delete_club(actor=self.request.user, club=instance, reason=reason)

    @cached_property
    def obstacles(self) -> list[str]:
        return obstacles_to_delete_club(self.object)


class ClubViewSet(SnippetViewSet):
    model = Club
    icon = "calendar-check"
    menu_label = _("Clubs")
    menu_name = "clubs"
    url_prefix = "clubs"
    url_namespace = "clubs"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id"]
    search_fields = ["name", "description"]
    search_backend_name = None
    list_filter = ["is_active"]
    list_display = [
        "name",
        NumberColumn("member_count", label=_("Active members"), sort_key="member_count"),
        BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
    ]
    index_view_class = ClubIndexView
    add_view_class = ClubCreateView
    edit_view_class = ClubEditView
    delete_view_class = ClubDeleteView
    delete_template_name = "customer_admin/confirm_delete.html"
    index_results_template_name = "customer_admin/clubs/list_results.html"
    history_view_class = RecordHistoryView
    inspect_view_class = RecordInspectView
    chooser_viewset_class = GuardedChooserViewSet
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("description"),
            FieldPanel("tiers"),
            FieldPanel("is_active"),
            FieldPanel("reason"),
        ],
        base_form_class=ReasonForm,
    )
