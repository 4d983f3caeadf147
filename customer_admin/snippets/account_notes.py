"""Account notes of all customers in the admin."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from customer_admin import operations
from customer_admin.forms.customers import ReasonForm
from customer_admin.models import AccountNote, Customer
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.selectors.customer_numbers import search_customers
from customer_admin.views.filters import StrictFiltersMixin
from customer_admin.views.stacked_tables import StackedListMixin

from .choosers import GuardedChooserViewSet
from .doors import OperationCreateView, OperationDeleteView, OperationEditView, RecordInspectView, entered
from .history import RecordHistoryView

NOTE = [
    FieldPanel("body"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("is_pinned")]),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("alert_clerk"), FieldPanel("alert_level")]),
            FieldRowPanel([FieldPanel("alert_from"), FieldPanel("alert_until")]),
        ],
        heading=_("Alert"),
    ),
    FieldPanel("reason"),
]
EXISTING = ObjectList([FieldPanel("customer", read_only=True), *NOTE], base_form_class=ReasonForm)


class AccountNoteIndexView(StrictFiltersMixin, StackedListMixin, IndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet:
        return AccountNote.objects.select_related("customer")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By what is in the note, or by its customer as in the list of customers."""
        if not self.is_searching:
            return queryset
        of_found = Q(customer__in=search_customers(Customer.objects.all(), self.search_query).order_by())
        return queryset.filter(Q(body__icontains=self.search_query) | of_found)


class AccountNoteCreateView(OperationCreateView):
    def create(self, form: Any) -> AccountNote:
        return operations.add_note(
            actor=self.request.user,
            customer=form.cleaned_data["customer"],
            reason=form.cleaned_data["reason"],
            **entered(form, NOTE_FIELDS),
        )


class AccountNoteEditView(OperationEditView):
    """A note stays with its customer."""

    @cached_property
    def existing_panel(self) -> Any:
        return EXISTING.bind_to_model(AccountNote)

    def get_panel(self) -> Any:
        return self.existing_panel

    def get_form_class(self) -> Any:
        # The view set's own form would ask for the customer, which is shown here and not asked.
        return self.existing_panel.get_form_class()

    def update(self, form: Any) -> AccountNote:
        return operations.update_note(
            actor=self.request.user,
            note=self.object,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            **entered(form, NOTE_FIELDS),
        )


class AccountNoteDeleteView(OperationDeleteView):
    def delete(self, instance: AccountNote, reason: str) -> None:
        operations.delete_note(actor=self.request.user, note=instance, reason=reason)


class AccountNoteViewSet(SnippetViewSet):
    model = AccountNote
    icon = "comment"
    menu_label = _("Account notes")
    menu_name = "account-notes"
    url_prefix = "account-notes"
    url_namespace = "account_notes"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id", "updated_at"]
    search_fields = ["body"]
    search_backend_name = None
    list_filter = ["kind", "alert_clerk", "alert_level", "is_pinned"]
    list_display = [
        "__str__",
        Column("customer", label=_("Customer"), sort_key="customer__sort_name"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        BooleanColumn("alert_clerk", label=_("Alert"), sort_key="alert_clerk"),
        Column("author_label", label=_("Author"), sort_key="author_label"),
        DateColumn("created_at", label=_("Written"), sort_key="created_at"),
    ]
    index_view_class = AccountNoteIndexView
    add_view_class = AccountNoteCreateView
    edit_view_class = AccountNoteEditView
    delete_view_class = AccountNoteDeleteView
    delete_template_name = "customer_admin/confirm_delete.html"
    index_results_template_name = "customer_admin/notes/list_results.html"
    history_view_class = RecordHistoryView
    inspect_view_class = RecordInspectView
    chooser_viewset_class = GuardedChooserViewSet
    edit_handler = ObjectList([FieldPanel("customer"), *NOTE], base_form_class=ReasonForm)
