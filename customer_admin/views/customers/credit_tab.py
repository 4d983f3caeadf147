"""The tab "Store credit": what can be spent, what is on hold, and how it came about."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from customer_admin import operations
from customer_admin.forms.credit import CreditForm
from customer_admin.models import CreditEntry
from customer_admin.selectors.credit import credit_entries_of, credit_of, usual_currency

from .entries import AddEntryView, CounterEntryView, DayColumn, EntriesTab, StateColumn, WhyColumn


class AmountColumn(Column):
    """An amount with its sign and currency; nothing where it is 0."""

    cell_template_name = "customer_admin/entries/amount_cell.html"


class CreditTab(EntriesTab):
    name = "credit"
    label = gettext_lazy("Store credit")
    order = 650
    permission = "view_creditentry"
    add_permission = "add_creditentry"
    model = CreditEntry
    form_class = CreditForm
    empty_text = gettext_lazy("This customer has had no store credit.")

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        facts: list[tuple[Any, Any]] = []
        for each in credit_of(self.customer):
            facts.append((_("Balance"), f"{number_format(each.balance, 2, force_grouping=True)} {each.currency}"))
            facts.append((_("On hold"), f"{number_format(each.on_hold, 2, force_grouping=True)} {each.currency}"))
        return facts

    @cached_property
    def columns(self) -> list[Column]:
        return [
            DayColumn("on", label=_("Date"), width="12%"),
            Column("get_kind_display", label=_("What")),
            AmountColumn("amount", label=_("Balance"), classname="customer-admin-number", width="14%"),
            AmountColumn("on_hold", label=_("On hold"), classname="customer-admin-number", width="14%"),
            WhyColumn("reason", label=_("Reason")),
            StateColumn("state", label=_("Countered"), accessor="pk", tab=self, width="18%"),
        ]

    def get_queryset(self) -> QuerySet[CreditEntry]:
        return credit_entries_of(self.customer)

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "currency": usual_currency(self.customer)}


class AddCreditEntryView(AddEntryView):
    tab_class = CreditTab
    tab = CreditTab.name
    permissions = ("view_customer", "view_creditentry", "add_creditentry")
    page_title = gettext_lazy("New store credit entry")
    header_icon = "pick"

    def perform(self, form: Any) -> str:
        entry = operations.add_credit_entry(actor=self.request.user, customer=self.customer, **form.values)
        return _("Entered: %(entry)s.") % {"entry": entry}


class CounterCreditEntryView(CounterEntryView):
    tab_class = CreditTab
    tab = CreditTab.name
    permissions = ("view_customer", "view_creditentry", "add_creditentry")
    header_icon = "pick"

    def perform(self, form: Any) -> str:
        reason = form.cleaned_data["reason"]
        counter = operations.counter_credit_entry(actor=self.request.user, entry=self.entry, reason=reason)
        return _("Countered, by %(entry)s.") % {"entry": counter}
