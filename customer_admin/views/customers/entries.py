"""What the tabs of loyalty and of store credit have in common: sums, a form, the entries, and countering one."""

from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from customer_admin.forms.entries import CounterForm, EntryForm
from customer_admin.models import CreditEntry, LoyaltyEntry
from customer_admin.models.keys import as_key
from customer_admin.permissions import may

from .actions import CustomerActionView
from .rows import RowScreenMixin
from .tabs import ListTab


class DayColumn(Column):
    """The day of an entry, to which others can lead."""

    cell_template_name = "customer_admin/entries/day_cell.html"


class WhyColumn(Column):
    """The reason, and who wrote it."""

    cell_template_name = "customer_admin/entries/why_cell.html"


class StateColumn(Column):
    """What counters an entry and what it counters, or how to counter it."""

    cell_template_name = "customer_admin/entries/state_cell.html"

    def __init__(self, *args: Any, tab: "EntriesTab", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tab = tab

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        counter_url = ""
        if self.tab.may_add and not instance.is_countered:
            name = f"customers:{self.tab.name}_counter"
            counter_url = reverse(name, args=[self.tab.customer.pk, instance.pk])
        return {**context, "counter_url": counter_url, "tab_url": self.tab.url}


class EntriesTab(ListTab):
    """The sums on top, then the form for those who may add, then the entries, newest first."""

    template_name = "customer_admin/entries/tab.html"
    model: ClassVar[type[LoyaltyEntry | CreditEntry]]
    form_class: ClassVar[type[EntryForm]]
    add_permission: ClassVar[str]
    add_label: ClassVar[Any] = gettext_lazy("New entry")

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        """The sums: labels and values."""
        raise NotImplementedError

    @cached_property
    def may_add(self) -> bool:
        return may(self.request.user, self.add_permission)

    @cached_property
    def page(self) -> Page[Any]:
        """The page that the address asks for; with `?entry=` the one on which that entry stands."""
        key = as_key(self.request.GET.get("entry", ""))
        entry = self.get_queryset().filter(pk=key).first() if key else None
        if entry is None:
            return super().page
        rows = self.get_queryset()
        before = rows.filter(Q(on__gt=entry.on) | Q(on=entry.on, pk__gt=entry.pk)).count()
        return Paginator(rows, self.paginate_by).get_page(before // self.paginate_by + 1)

    def get_initial(self) -> dict[str, Any]:
        """What a new form begins with."""
        newest = self.model.objects.filter(customer=self.customer).aggregate(newest=Max("pk"))["newest"]
        return {"on": timezone.localdate(), "newest_seen": newest or 0}

    def get_context_data(self) -> dict[str, Any]:
        context = {**super().get_context_data(), "facts": self.facts}
        if self.may_add:
            context["form"] = self.form_class(initial=self.get_initial())
            context["add_url"] = reverse(f"customers:{self.name}_add", args=[self.customer.pk])
        return context


class AddEntryView(CustomerActionView):
    """The form of the tab on a page of its own, with what is wrong."""

    tab_class: ClassVar[type[EntriesTab]]

    def get_form_class(self) -> Any:
        return self.tab_class.form_class

    def get_initial(self) -> dict[str, Any]:
        return self.tab_class(self.request, self.customer).get_initial()

    @property
    def what(self) -> list[tuple[Any, Any]]:
        return self.tab_class(self.request, self.customer).facts


class CounterEntryView(RowScreenMixin, CustomerActionView):
    row_kwarg = "entry_pk"
    row_is_gone = gettext_lazy("This entry is not there any more.")
    tab_class: ClassVar[type[EntriesTab]]
    page_title = gettext_lazy("Counter an entry")
    form_class = CounterForm
    submit_label = gettext_lazy("Counter it")
    explanation = gettext_lazy(
        "The entry stays to be read. A second one with the other sign is made, and the two together count nothing."
    )

    @property
    def row_model(self) -> Any:  # type: ignore[override]
        return self.tab_class.model

    def get_rows(self) -> QuerySet[Any]:
        return self.tab_class.model.objects.select_related("countered_by")

    @property
    def entry(self) -> Any:
        return self.row

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.entry.is_countered:
            messages.info(request, _("This entry has been countered already."))
            return redirect(self.back_url)
        return super().get(request, *args, **kwargs)

    @property
    def what(self) -> list[tuple[Any, Any]]:
        return [
            (capfirst(str(self.entry._meta.verbose_name)), str(self.entry)),
            (_("Date"), date_format(self.entry.on, "SHORT_DATE_FORMAT")),
            (_("Reason"), self.entry.reason),
            (_("By"), self.entry.author_label or "–"),
        ]
