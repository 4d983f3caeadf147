"""Columns of the tables in tabs."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, TitleColumn
from wagtail.admin.widgets.button import Button, ButtonWithDropdown


class RowColumn(ButtonsColumnMixin, TitleColumn):
    """What a row is, and a menu of what can be done with it; `get_actions(row)` answers the entries."""

    def __init__(self, *args: Any, get_actions: Callable[[Any], list[Button]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.get_actions = get_actions

    def get_buttons(self, instance: Any, parent_context: Any) -> list[Any]:
        actions = self.get_actions(instance)
        if not actions:
            return []
        label = _("More options for “%(row)s”") % {"row": instance}
        return [ButtonWithDropdown(buttons=actions, icon_name="dots-horizontal", attrs={"aria-label": label})]


class TemplateColumn(Column):
    """A cell with a template of its own."""

    def __init__(self, *args: Any, template_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell_template_name = template_name
