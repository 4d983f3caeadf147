"""Buttons for the rows of a list that look as Wagtail's own, without a template for each.

A page of the list has hundreds of them, and templates took half its time.
"""

from functools import cache, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.templatetags.wagtailadmin_tags import icon
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button, ButtonWithDropdown, ListingButton


class PlainButtonMixin:
    url: str
    label: str
    classname: str
    icon_name: str | None
    attrs: dict[str, Any]
    base_attrs_string: str

    def render_html(self, parent_context: Any = None) -> SafeString:
        image = icon_html(self.icon_name) if self.icon_name else ""
        attrs = self.base_attrs_string if self.attrs else ""
        url, classname, label = map(conditional_escape, (self.url, self.classname, self.label))
        return mark_safe(f'<a href="{url}" class="{classname}"{attrs}>{image} {label}</a>')  # noqa: S308 (Escaped.)


class PlainButton(PlainButtonMixin, Button):
    pass


class PlainListingButton(PlainButtonMixin, ListingButton):
    pass


class PlainDropdown(ButtonWithDropdown):
    """Wagtail's template is rendered once, with marks where a row's own title and entries go."""

    @classmethod
    def like(cls, button: ButtonWithDropdown) -> "PlainDropdown":
        own = {"label": button.label, "classname": button.classname, "icon_name": button.icon_name}
        return cls(buttons=button.dropdown_buttons, attrs=button.attrs, priority=button.priority, **own)

    def render_html(self, parent_context: Any = None) -> SafeString:
        entries = "".join(button.render_html(parent_context) for button in sorted(self.dropdown_buttons))
        attrs = tuple((name, value) for name, value in self.attrs.items() if name != "aria-label")
        before, between, after = _dropdown(str(self.label), self.classname, self.icon_name, attrs)
        return mark_safe(f"{before}{conditional_escape(self.aria_label)}{between}{entries}{after}")  # noqa: S308 (Escaped.)


TITLE, ENTRIES = "customer-admin-mark-of-title", "customer-admin-mark-of-entries"


class _Entries(Component):
    def render_html(self, parent_context: Any = None) -> str:
        return ENTRIES


@lru_cache(64)
def _dropdown(
    label: str, classname: str, icon_name: str | None, attrs: tuple[tuple[str, Any], ...]
) -> tuple[str, str, str]:
    """What stands before the title, between it and the entries, and after these."""
    button = ButtonWithDropdown(label, classname=classname, icon_name=icon_name, attrs=dict(attrs))
    context = {**button.get_context_data({}), "title": TITLE, "buttons": [_Entries()]}
    html = render_to_string(ButtonWithDropdown.template_name, context)
    before, between = html.split(TITLE)
    between, after = between.split(ENTRIES)
    return before, between, after


@cache
def icon_html(name: str) -> SafeString:
    return render_to_string("wagtailadmin/shared/icon.html", icon(name=name))
