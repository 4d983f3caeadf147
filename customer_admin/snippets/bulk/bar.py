"""The bar below a list that offers what can be done to the selected rows, to each person what they may do."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.widgets.button import BaseButton, Button, ButtonWithDropdown, ListingButton

SIDE_BY_SIDE = 4
"""What goes beyond so many stands under "More"."""


class BulkBarMixin:
    """For a list of which rows can be selected, by those who may do something with them.

    Actions of others, which do not say whom they are open to, are offered to everybody; they refuse by themselves.
    """

    model: Any
    request: Any

    @cached_property
    def bulk_actions(self) -> list[Any]:
        meta = self.model._meta
        known = bulk_action_registry.get_bulk_actions_for_model(meta.app_label, meta.model_name)
        open_to_all = lambda user, model: True  # noqa: E731
        allowed = [
            action for action in known if getattr(action, "is_open_to", open_to_all)(self.request.user, self.model)
        ]
        return sorted(allowed, key=lambda action: action.action_priority)

    @cached_property
    def columns(self) -> list[Column]:
        columns = super().columns  # type: ignore[misc]
        if self.bulk_actions:
            return columns
        return [column for column in columns if not isinstance(column, BulkActionsCheckboxColumn)]

    @property
    def bulk_buttons(self) -> list[BaseButton]:
        buttons: list[BaseButton] = [
            ListingButton(classname=" ".join({"bulk-action-btn", *action.classes}), **self._of(action))
            for action in self.bulk_actions[:SIDE_BY_SIDE]
        ]
        if more := [Button(**self._of(action)) for action in self.bulk_actions[SIDE_BY_SIDE:]]:
            label = _("More")
            buttons.append(ButtonWithDropdown(label, classname="button button-secondary button-small", buttons=more))
        return buttons

    def _of(self, action: Any) -> dict[str, Any]:
        meta = self.model._meta
        return {
            "label": action.display_name,
            "url": reverse("wagtail_bulk_action", args=[meta.app_label, meta.model_name, action.action_type]),
            "attrs": {"aria-label": action.aria_label, "data-bulk-action-button": ""},
            "priority": action.action_priority,
        }
