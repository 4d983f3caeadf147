"""The columns of the list of customers."""

from typing import Any

from django.contrib.admin.utils import quote
from django.forms.utils import flatatt
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn

from customer_admin.selectors.added_columns import AddedColumn
from customer_admin.templatetags.customer_admin_alerts import level_name
from customer_admin.views.emails.columns import in_halves

from .plain_buttons import icon_html


class PlainColumn(Column):
    """Text in a cell, without a template: there are hundreds of these on a page, and templates took half its time."""

    def render_cell_html(self, instance: Any, parent_context: Any) -> str:
        # On narrow screens, where the columns stand below each other, the label stands before the text.
        cell = '<td class="{}" data-label="{}">{}</td>'
        return format_html(cell, self.classname or "", self.label, self.shown(instance))

    def shown(self, instance: Any) -> str:
        value = self.get_value(instance)
        return "" if value is None else str(value)


class NameColumn(TitleColumn):
    """The name leads to the customer's page, behind a mark for an alert in force, with the row's buttons beside it."""

    def render_cell_html(self, instance: Any, parent_context: Any) -> str:
        cell = self.get_cell_context_data(instance, parent_context)
        name = format_html('<span id="{}">{}</span>', cell["title_id"], cell["value"])
        shown = [each for each in cell["buttons"] if each.show]
        return format_html(
            '<td class="{} title"><div class="title-wrapper">{}<a{}>{}</a></div><ul class="actions">{}</ul></td>',
            self.classname or "",
            _alert_mark(instance.alert_level) if instance.alert_level else "",
            flatatt(cell["link_attrs"]),
            name,
            format_html_join("", "<li>{}</li>", ([each.render_html(parent_context)] for each in shown)),
        )


def _alert_mark(level: str) -> str:
    told = _("Alert: %(name)s") % {"name": level_name(level)}
    mark = '<span class="customer-admin-alert-mark customer-admin-alert-mark--{}" title="{}">{}{}</span>'
    return format_html(mark, level, told, icon_html("warning"), format_html('<span class="w-sr-only">{}</span>', told))


class TickColumn(BulkActionsCheckboxColumn):
    @classmethod
    def like(cls, column: Column) -> Column:
        """The same column without a template, if it is Wagtail's own for selecting rows."""
        return cls(column.name, obj_type=column.obj_type) if type(column) is BulkActionsCheckboxColumn else column

    def render_cell_html(self, instance: Any, parent_context: Any) -> str:
        return format_html(
            '<td class="bulk-action-checkbox-cell">'
            '<input type="checkbox" data-object-id="{}" data-bulk-action-checkbox class="bulk-action-checkbox" '
            'aria-label="{}" aria-describedby="{}"></td>',
            quote(instance.pk),
            _("Select"),
            self.get_aria_describedby(instance),
        )


class ContactColumn(PlainColumn):
    """E-mail and phone below each other, which need no label where there is room for one column only."""

    def render_cell_html(self, instance: Any, parent_context: Any) -> str:
        return format_html('<td class="{}">{}</td>', self.classname or "", self.shown(instance))

    def shown(self, instance: Any) -> str:
        email = in_halves(instance.email) if instance.email else ""
        return format_html_join("", "<div>{}</div>", ([line] for line in (email, instance.phone) if line))


class DayColumn(PlainColumn):
    def shown(self, instance: Any) -> str:
        value = self.get_value(instance)
        if value is None:
            return ""
        value = localtime(value)
        day = date_format(value, "SHORT_DATE_FORMAT")
        return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), day)


class AddedByHostColumn(PlainColumn):
    def __init__(self, added: AddedColumn) -> None:
        super().__init__(added.alias, label=added.label, classname=WRAP)
        self.added = added

    def shown(self, instance: Any) -> str:
        return self.added.in_words(self.get_value(instance))


WRAP, NOWRAP = "customer-admin-wrap", "customer-admin-nowrap"

LIST_DISPLAY = [
    "display_name",
    PlainColumn("number", label=_("Number"), sort_key="number", classname=NOWRAP),
    PlainColumn("company", label=_("Company"), sort_key="sort_company", classname=WRAP, width="10%"),
    ContactColumn("email", label=_("E-mail and phone"), sort_key="sort_email", classname=WRAP, width="31%"),
    PlainColumn("customer_class", label=_("Class")),
    PlainColumn("login_status", label=_("Portal login")),
    DayColumn("last_order_at", label=_("Last order"), sort_key="last_order_at", classname=NOWRAP),
    DayColumn("created_at", label=_("Created"), sort_key="created_at", classname=NOWRAP),
]
