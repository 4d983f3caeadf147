"""Buttons without a template are what Wagtail's own are."""

import pytest
from django.test.html import parse_html
from wagtail.admin.widgets.button import Button, ButtonWithDropdown, ListingButton

from customer_admin.snippets.plain_buttons import PlainButton, PlainDropdown, PlainListingButton

NAME = """Ada "the first" <b> & 'Co'"""


@pytest.mark.parametrize(("own", "theirs"), [(PlainButton, Button), (PlainListingButton, ListingButton)])
@pytest.mark.parametrize("icon", [None, "edit"])
def test_a_button(own, theirs, icon):
    made = {"url": "/a/?b=1&c=2", "icon_name": icon, "attrs": {"aria-label": NAME, "data-x": NAME}, "classname": "one"}
    assert parse_html(own(NAME, **made).render_html()) == parse_html(theirs(NAME, **made).render_html({}))


def dropdown(title, entries, **more):
    return ButtonWithDropdown(buttons=entries, icon_name="dots-horizontal", attrs={"aria-label": title, **more})


@pytest.mark.parametrize("attrs", [{}, {"data-x": NAME}])
def test_a_dropdown_with_entries_of_any_kind(attrs):
    entries = [PlainButton("Two", url="/2/", priority=2), Button("One", url="/1/", icon_name="key", priority=1)]
    for title in (NAME, "Someone else"):  # What is kept of the first must not come back in the second.
        theirs = dropdown(title, entries, **attrs)
        assert parse_html(PlainDropdown.like(theirs).render_html({})) == parse_html(theirs.render_html({}))
