"""Buttons and cells without a template are what Wagtail's own are."""

import re

import pytest
from django.test.html import parse_html
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button, ButtonWithDropdown, ListingButton

from customer_admin.snippets.plain_buttons import PlainButton, PlainDropdown, PlainListingButton
from tests.factories import make_customer, make_note, make_staff

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


def test_a_tick_is_described_by_the_name_alone(client, db):
    ada = make_customer(first_name="Ada", last_name="<Byron>")
    make_note(ada, alert_clerk=True, alert_level="stop")
    client.force_login(make_staff())
    page = client.get(reverse("customers:list")).content.decode()
    described = re.search(r'<input type="checkbox" data-object-id="(\d+)"[^>]* aria-describedby="([^"]+)"', page)
    assert described[1] == str(ada.pk)
    named = re.search(rf'<a href="([^"]+)"><span id="{described[2]}">([^<]*)</span></a>', page)
    assert (named[1], named[2]) == (reverse("customers:inspect", args=[ada.pk]), "Ada &lt;Byron&gt;")
    assert 'title="Alert: Stop"' in page


def test_a_button_that_is_not_to_be_shown_is_not(client, db):
    make_customer()
    hidden, seen = ListingButton("Hidden one", url="/h/"), ListingButton("Seen one", url="/s/")
    hidden.show = False
    client.force_login(make_staff())
    with hooks.register_temporarily("register_snippet_listing_buttons", lambda *_args: [hidden, seen]):
        page = client.get(reverse("customers:list")).content.decode()
    assert "Seen one" in page
    assert "Hidden one" not in page
