"""Customers in the admin: form, history and what else the view set holds together."""

from typing import Any

from django.forms import Select, TextInput
from django.urls import path, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import SnippetViewSet

from customer_admin import operations
from customer_admin.forms.customers import CustomerForm
from customer_admin.forms.meanwhile import key_of
from customer_admin.forms.refusals import Refusals
from customer_admin.models import AccountNote, Customer, recording
from customer_admin.operations.addresses import ADDRESS_FIELDS, addresses_of
from customer_admin.operations.customers import CUSTOMER_FIELDS
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.operations.tax_documents import no_document_without_its_row
from customer_admin.selectors.customers import goes_with
from customer_admin.selectors.history import Seen
from customer_admin.selectors.obstacles import obstacles_to_delete
from customer_admin.selectors.required_fields import still_empty
from customer_admin.views.customers.alerts import AcknowledgeAlertView
from customer_admin.views.customers.merged_away import leading_to_survivors
from customer_admin.views.customers.notes import AddNoteView, DeleteNoteView, EditNoteView, PinNoteView
from customer_admin.views.customers.obstacles import LinkedObstacle, linked
from customer_admin.views.customers.page import CustomerPageView, TabPanelView
from customer_admin.views.customers.tabs import page_url
from customer_admin.views.customers.urls import urls_below_tabs
from customer_admin.views.logins import CreateLoginView, DeleteLoginView, EditLoginView, UnlockLoginView
from customer_admin.views.merges.batches import MergeBatchProgressView, MergeBatchView
from customer_admin.views.merges.requests import MergeRequestsView, MergeRequestView
from customer_admin.views.merges.screen import MergeView
from customer_admin.views.open_order import CustomerOrderView
from customer_admin.views.places import PlacesView
from customer_admin.views.tax_documents import TaxDocumentView

from .choosers import CustomerChooserViewSet
from .customer_columns import LIST_DISPLAY
from .customer_filters import CustomerFilterSet
from .customer_list import CustomerIndexView
from .doors import OperationCreateView, OperationDeleteView, OperationEditView, entered, rows_entered
from .history import RecordHistoryView
from .panels import (
    ExemptionPanel,
    LoginPanel,
    PartsPanel,
    PermittedRowsPanel,
    RequirableFieldPanel,
    SimilarPanel,
    StillEmptyPanel,
)


class NotesMixin:
    """Writes the rows of the Notes tab by their operations, in the change set of the customer."""

    request: Any

    def save_notes(self, form: Any, customer: Customer, seen: Seen | None, refusals: Refusals) -> None:
        formset, user = form.formsets.get("account_notes"), self.request.user
        if formset is None:
            return
        versions = seen.rows.get("account_notes", {}) if seen is not None else {}
        for gone in formset.deleted_forms:
            if gone.instance.pk:
                with refusals.collected():
                    operations.delete_note(actor=user, note=gone.instance, seen=versions.get(str(gone.instance.pk)))
        for position, row in enumerate(rows_entered(formset, NOTE_FIELDS)):
            key = row.pop("id", None)
            with refusals.collected(f"account_notes.{position}"):
                if key is None:
                    operations.add_note(actor=user, customer=customer, seen=seen, **row)
                elif formset.forms_in_use[position].has_changed():
                    note = AccountNote(pk=key, customer=customer)
                    operations.update_note(actor=user, note=note, seen=versions.get(str(key)), **row)


class PartsMixin:
    """Writes what a host added to the form, in the change set of the customer."""

    def save_parts(self, form: Any, customer: Customer, refusals: Refusals) -> None:
        for name, part in form.parts.items():
            with refusals.collected(name):
                part.save(customer)


class CustomerCreateView(PartsMixin, NotesMixin, OperationCreateView):
    def create(self, form: Any) -> Customer:
        user, refusals = self.request.user, Refusals()
        reason = form.cleaned_data["reason"]
        with no_document_without_its_row(), recording(actor=user, kind="create", reason=reason):
            customer = operations.create_customer(
                actor=user,
                addresses=rows_entered(form.formsets["addresses"], ADDRESS_FIELDS),
                newest_seen=form.cleaned_data["newest_seen"],
                **entered(form, CUSTOMER_FIELDS),
                **form.document_entered,
            )
            self.save_notes(form, customer, Seen(0, {"account_notes": {}}), refusals)
            self.save_parts(form, customer, refusals)
            refusals.refuse()
        return customer

    def get_success_url(self) -> str:
        return page_url(self.object)


class CustomerEditView(PartsMixin, NotesMixin, OperationEditView):
    def update(self, form: Any) -> Customer:
        user, customer, refusals = self.request.user, self.object, Refusals()
        reason = form.cleaned_data["reason"]
        with no_document_without_its_row(), recording(actor=user, kind="edit", reason=reason):
            with refusals.collected():
                customer = operations.update_customer(
                    actor=user,
                    customer=customer,
                    addresses=self.addresses_wanted(form),
                    seen=form.cleaned_data["seen"],
                    **entered(form, CUSTOMER_FIELDS),
                    **form.document_entered,
                )
            self.save_notes(form, customer, form.cleaned_data["seen"], refusals)
            self.save_parts(form, customer, refusals)
            refusals.refuse()
        return customer

    def save_action(self) -> Any:
        answer = super().save_action()
        if fields := still_empty(self.object):
            text = gettext("These required fields are still empty: %(fields)s.") % {"fields": ", ".join(fields)}
            messages.warning(self.request, text)
        return answer

    def get_success_url(self) -> str:
        return page_url(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *path, form = super().get_breadcrumbs_items()
        here = {"url": page_url(self.object), "label": str(self.object)}
        return [*path, here, {**form, "label": _("Edit"), "sublabel": str(self.object)}]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        details = Button(_("Details"), url=page_url(self.object), icon_name="info-circle", priority=5)
        return [details, *(button for button in super().header_more_buttons if button.url != self.get_inspect_url())]

    def addresses_wanted(self, form: Any) -> list[dict[str, Any]]:
        """What the form says, and those that it does not show."""
        formset, seen = form.formsets["addresses"], form.cleaned_data["seen"]
        known = seen.rows.get("addresses", {}) if seen is not None else map(str, addresses_of(self.object))
        unshown = set(known) - {key_of(formset, position) for position in range(len(formset.forms))}
        return [*rows_entered(formset, ADDRESS_FIELDS), *({"id": int(key)} for key in sorted(unshown))]


class CustomerDeleteView(OperationDeleteView):
    def delete(self, instance: Customer, reason: str) -> None:
        operations.delete_customer(actor=self.request.user, customer=instance, reason=reason)

    @cached_property
    def obstacles(self) -> list[LinkedObstacle]:
        return [linked(obstacle, self.request.user) for obstacle in obstacles_to_delete(self.object)]

    @cached_property
    def consequences(self) -> list[str]:
        return goes_with(self.object)

    @property
    def keep_url(self) -> str:
        return page_url(self.object)


ACCOUNT_TAB = [
    LoginPanel(),
    StillEmptyPanel(),
    MultiFieldPanel(
        [
            FieldRowPanel([RequirableFieldPanel("first_name"), RequirableFieldPanel("last_name")]),
            FieldRowPanel([RequirableFieldPanel("company"), RequirableFieldPanel("customer_class", widget=Select)]),
            FieldRowPanel([RequirableFieldPanel("email"), RequirableFieldPanel("phone")]),
        ],
        heading=_("Name and contact"),
    ),
    SimilarPanel(),
    MultiFieldPanel(
        [
            FieldRowPanel([RequirableFieldPanel("birth_date"), RequirableFieldPanel("language")]),
            FieldRowPanel([RequirableFieldPanel("account_number"), RequirableFieldPanel("referral_source")]),
        ],
        heading=_("More about the account"),
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("notify_account"), FieldPanel("notify_marketing")])],
        heading=_("E-mail preferences"),
    ),
    PartsPanel(),
]
POSTAL_CODE = TextInput(
    attrs={
        "data-customer-admin-places": reverse_lazy("customers:places"),
        "data-customer-admin-filled": _("Filled in from earlier addresses:"),
    }
)
ADDRESS_PANELS = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("is_primary")]),
    FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
    FieldPanel("company"),
    FieldRowPanel([FieldPanel("line1"), FieldPanel("line2")]),
    FieldRowPanel([FieldPanel("postal_code", widget=POSTAL_CODE), FieldPanel("city")]),
    FieldRowPanel([FieldPanel("region"), FieldPanel("country")]),
    FieldPanel("phone"),
]
NOTE_PANELS = [
    FieldPanel("body"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("is_pinned")]),
    FieldRowPanel([FieldPanel("alert_clerk"), FieldPanel("alert_level")]),
    FieldRowPanel([FieldPanel("alert_from"), FieldPanel("alert_until")]),
]
TAX_TAB = [
    ExemptionPanel(),
    FieldPanel("tax_exempt"),
    FieldRowPanel([FieldPanel("tax_exempt_number"), FieldPanel("tax_exempt_until")]),
    FieldRowPanel([FieldPanel("tax_exempt_reason"), FieldPanel("tax_exempt_region")]),
    FieldPanel("tax_exempt_document"),
]


class FormTab(ObjectList):
    """A tab whose anchor, `#tab-<name>`, is the same in every language."""

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "name": self.name}

    @property
    def clean_name(self) -> str:
        return self.name


class CustomerTabs(TabbedInterface):
    """Tabs with the question for the reason below all of them."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        return {**options, "fields": [*options["fields"], "reason"]}

    class BoundPanel(TabbedInterface.BoundPanel):
        template_name = "customer_admin/panels/tabs_with_reason.html"


class CustomerViewSet(SnippetViewSet):
    model = Customer
    icon = "group"
    menu_label = _("Customers")
    menu_name = "customers"
    url_prefix = "customers"
    url_namespace = "customers"
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    list_display = LIST_DISPLAY
    index_results_template_name = "customer_admin/customers/list_results.html"
    filterset_class = CustomerFilterSet
    index_view_class = CustomerIndexView
    index_template_name = "customer_admin/customers/index.html"
    add_view_class = CustomerCreateView
    edit_view_class = CustomerEditView
    delete_view_class = CustomerDeleteView
    delete_template_name = "customer_admin/confirm_delete.html"
    history_view_class = RecordHistoryView
    inspect_view_class = CustomerPageView
    inspect_template_name = "customer_admin/customers/page.html"
    chooser_viewset_class = CustomerChooserViewSet
    edit_handler = CustomerTabs(
        [
            FormTab(ACCOUNT_TAB, heading=_("Account"), name="account"),
            FormTab(
                [InlinePanel("addresses", panels=ADDRESS_PANELS, heading=_("Addresses"))],
                heading=_("Addresses"),
                name="addresses",
            ),
            FormTab(
                [PermittedRowsPanel("account_notes", panels=NOTE_PANELS, heading=_("Notes"))],
                heading=_("Notes"),
                name="notes",
            ),
            FormTab(TAX_TAB, heading=_("Tax exemption"), name="tax"),
        ],
        base_form_class=CustomerForm,
    )

    @cached_property
    def tab_panel_view(self) -> Any:
        return self.construct_view(TabPanelView, **self.get_inspect_view_kwargs())

    @cached_property
    def add_note_view(self) -> Any:
        return self.construct_view(AddNoteView, **self.get_inspect_view_kwargs())

    def get_urlpatterns(self) -> list[Any]:
        return leading_to_survivors([*super().get_urlpatterns(), *self.get_more_urlpatterns()])

    def get_more_urlpatterns(self) -> list[Any]:
        """The addresses of screens that are no snippet's."""
        merge = self.construct_view(MergeView)
        return [
            path("merge/", merge, name="merge"),
            path("merge/requests/", self.construct_view(MergeRequestsView), name="merge_requests"),
            path("merge/requests/<int:request_pk>/", self.construct_view(MergeRequestView), name="merge_request"),
            path("merge/batches/<int:batch_pk>/", self.construct_view(MergeBatchView), name="merge_batch"),
            path(
                "merge/batches/<int:batch_pk>/progress/",
                self.construct_view(MergeBatchProgressView),
                name="merge_batch_progress",
            ),
            path("<int:pk>/merge/", merge, name="merge"),
            path("places/", self.construct_view(PlacesView), name="places"),
            path("<int:pk>/tax-document/", self.construct_view(TaxDocumentView), name="tax_document"),
            path("<int:pk>/orders/", self.inspect_view, {"tab": "orders"}, name="orders"),
            path("<int:pk>/orders/<int:order_pk>/", self.construct_view(CustomerOrderView), name="order"),
            path("<int:pk>/login/new/", self.construct_view(CreateLoginView), name="login_add"),
            path("<int:pk>/login/", self.construct_view(EditLoginView), name="login_edit"),
            path("<int:pk>/login/unlock/", self.construct_view(UnlockLoginView), name="login_unlock"),
            path("<int:pk>/login/delete/", self.construct_view(DeleteLoginView), name="login_delete"),
            *urls_below_tabs(self.construct_view),
            path(
                "<int:pk>/alerts/<int:note_pk>/acknowledge/",
                self.construct_view(AcknowledgeAlertView),
                name="acknowledge",
            ),
            path("<int:pk>/notes/new/", self.add_note_view, name="note_add"),
            path("<int:pk>/notes/<int:note_pk>/", self.construct_view(EditNoteView), name="note_edit"),
            path("<int:pk>/notes/<int:note_pk>/pin/", self.construct_view(PinNoteView), name="note_pin"),
            path("<int:pk>/notes/<int:note_pk>/delete/", self.construct_view(DeleteNoteView), name="note_delete"),
            path("<int:pk>/<slug:tab>/", self.inspect_view, name="tab"),
            path("<int:pk>/<slug:tab>/panel/", self.tab_panel_view, name="tab_panel"),
        ]
