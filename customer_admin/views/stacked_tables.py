"""Tables whose cells stand below each other on narrow screens, each with the label of its column."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BaseColumn, Table, TitleColumn


class LabelledCell:
    """A cell as its column renders it, whichever that is, with the label for the style sheet to show."""

    def __init__(self, column: BaseColumn, instance: Any) -> None:
        self.column = column
        self.cell = column.get_cell(instance)

    def render_html(self, parent_context: Any) -> SafeString:
        html = conditional_escape(self.cell.render_html(parent_context)).lstrip()
        # What a row is called by needs no label, and where nothing stands, a label would ask a question.
        is_empty = not strip_tags(html).strip() and "<svg" not in html
        if is_empty or isinstance(self.column, TitleColumn) or not html.startswith("<td"):
            return mark_safe(html)  # noqa: S308 (The column escaped it.)
        return mark_safe(format_html('<td data-label="{}"', self.column.label) + html.removeprefix("<td"))  # noqa: S308


class StackedTable(Table):
    """The style sheet puts the cells of `customer-admin-changes` below each other."""

    classname = "listing customer-admin-changes"

    class Row(Table.Row):
        def __getitem__(self, key: str) -> LabelledCell:
            return LabelledCell(self.columns[key], self.instance)

    @property
    def rows(self) -> Iterator["StackedTable.Row"]:
        for index, instance in enumerate(self.data):
            yield self.Row(self, instance, index)


class StackedListMixin:
    """For a list of snippets that is read on a phone, too."""

    table_class = StackedTable
    table_classname = "listing customer-admin-listing"
