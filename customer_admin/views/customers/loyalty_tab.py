"""The tab "Loyalty": free tastings, samples, donations and points."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from customer_admin import operations
from customer_admin.forms.loyalty import LoyaltyForm
from customer_admin.models import LoyaltyEntry
from customer_admin.selectors.loyalty import loyalty_entries_of, loyalty_of

from .entries import AddEntryView, CounterEntryView, DayColumn, EntriesTab, StateColumn, WhyColumn


class WhatColumn(Column):
    """The kind with product or cause, and the note."""

    cell_template_name = "customer_admin/entries/what_cell.html"


class QuantityColumn(Column):
    cell_template_name = "customer_admin/entries/quantity_cell.html"


class LoyaltyTab(EntriesTab):
    name = "loyalty"
    label = gettext_lazy("Loyalty")
    order = 600
    permission = "view_loyaltyentry"
    add_permission = "add_loyaltyentry"
    model = LoyaltyEntry
    form_class = LoyaltyForm
    empty_text = gettext_lazy("Nothing was given yet.")

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        loyalty = loyalty_of(self.customer)
        left = _("%(left)d (the class gives %(allowance)d)")
        return [
            (_("Free tastings left"), left % {"left": loyalty.tastings_left, "allowance": loyalty.allowance}),
            (_("Samples given"), loyalty.samples),
            (_("Donations in the customer’s name"), loyalty.donations),
            (_("Points"), loyalty.points),
        ]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            DayColumn("on", label=_("Date"), width="12%"),
            WhatColumn("get_kind_display", label=_("What")),
            QuantityColumn("quantity", label=_("How many"), classname="customer-admin-number", width="10%"),
            WhyColumn("reason", label=_("Reason")),
            StateColumn("state", label=_("Countered"), accessor="pk", tab=self, width="18%"),
        ]

    def get_queryset(self) -> QuerySet[LoyaltyEntry]:
        return loyalty_entries_of(self.customer)


class AddLoyaltyEntryView(AddEntryView):
    tab_class = LoyaltyTab
    tab = LoyaltyTab.name
    permissions = ("view_customer", "view_loyaltyentry", "add_loyaltyentry")
    page_title = gettext_lazy("New loyalty entry")
    header_icon = "pick"

    def perform(self, form: Any) -> str:
        entry = operations.add_loyalty_entry(actor=self.request.user, customer=self.customer, **form.values)
        return _("Entered: %(entry)s.") % {"entry": entry}


class CounterLoyaltyEntryView(CounterEntryView):
    tab_class = LoyaltyTab
    tab = LoyaltyTab.name
    permissions = ("view_customer", "view_loyaltyentry", "add_loyaltyentry")
    header_icon = "pick"

    def perform(self, form: Any) -> str:
        reason = form.cleaned_data["reason"]
        counter = operations.counter_loyalty_entry(actor=self.request.user, entry=self.entry, reason=reason)
        return _("Countered, by %(entry)s.") % {"entry": counter}
