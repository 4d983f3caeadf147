"""A clerk finds a customer by telephone, reads what was ordered, adds an alert and acknowledges it, by keyboard."""

import re
from collections.abc import Callable

import pytest
from demo.people import CLARA
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import edit_customer, sign_in_as_staff

pytestmark = pytest.mark.e2e


def test_the_page_of_a_customer_by_keyboard(site: DemoSite, person: Callable[[str], Page]) -> None:
    clerk = person("clerk")
    sign_in_as_staff(clerk, site, "staff")
    ((clara,),) = site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", CLARA.email)
    page = f"{site.address}/admin/customers/{clara}"
    clerk.goto(f"{site.address}/admin/customers/?q=503+555+0142")
    expect(clerk.get_by_role("link", name=re.compile(CLARA.last_name)).first).to_be_visible()
    clerk.goto(f"{site.address}/admin/customers/inspect/{clara}/")
    expect(clerk.get_by_role("region", name="Portal login")).to_contain_text("clara")
    expect(clerk.get_by_role("region", name="Orders").get_by_role("img", name="Orders per")).to_be_visible()

    # The keys move through the tabs; each loads, takes the address, and has its panel next in the order of keys.
    clerk.get_by_role("tab", name="Account").focus()
    for key, tab, told in (
        ("ArrowRight", "Orders", "Completed"),
        ("End", "History", "Search and filter the history"),
        ("ArrowRight", "Account", "Name and contact"),
        ("ArrowRight", "Orders", "Completed"),
        ("End", "History", "Search and filter the history"),
        ("ArrowLeft", "Notes", "New note"),
    ):
        clerk.keyboard.press(key)
        expect(clerk.get_by_role("tab", name=tab)).to_be_focused()
        expect(clerk.get_by_role("tabpanel", name=tab)).to_contain_text(told)
        expect(clerk).to_have_url(f"{page}/{tab.lower()}/")
    clerk.keyboard.press("Tab")
    expect(clerk.get_by_role("tabpanel", name="Notes")).to_be_focused()
    clerk.reload()
    expect(clerk.get_by_role("tab", name="Notes")).to_have_attribute("aria-selected", "true")

    # A note that is refused comes back with what was typed; then it is taken, and alerts.
    notes = clerk.get_by_role("tabpanel", name="Notes")
    expect(notes.get_by_label("Level")).to_be_hidden()
    notes.get_by_label("Alert clerk").check()
    notes.get_by_label("Level").select_option("Warning")
    notes.get_by_role("button", name="Add note").click()
    expect(notes.get_by_text("This field is required.")).to_be_visible()
    expect(notes.get_by_label("Level")).to_have_value("warning")
    notes.get_by_role("textbox", name="Note").fill("Ask for the new address.")
    notes.get_by_role("button", name="Add note").click()
    expect(clerk.get_by_text("Note added.")).to_be_visible()
    expect(clerk).to_have_url(f"{page}/notes/")
    alerts = clerk.get_by_role("region", name="Alerts")
    expect(alerts).to_contain_text("Ask for the new address.")
    alerts.get_by_role("button", name="Acknowledge").press("Enter")
    expect(clerk.get_by_role("region", name="Alerts")).to_contain_text("Acknowledged by Marta Hale")

    # What can't be loaded says so and can be tried again.
    clerk.route("**/orders/panel/", lambda route: route.abort())
    clerk.get_by_role("tab", name="Orders").click()
    expect(clerk.get_by_role("alert")).to_contain_text("could not be loaded")
    clerk.unroute("**/orders/panel/")
    clerk.get_by_role("link", name="Try again").click()
    expect(clerk).to_have_url(f"{page}/orders/")
    expect(clerk.get_by_role("tabpanel", name="Orders").get_by_role("table")).to_be_visible()

    # Edit is one click away from what it changes, and a save leads back.
    clerk.get_by_role("tab", name="Account").click()
    clerk.get_by_role("link", name=re.compile(r"Edit\s+Tax exemption")).click()
    expect(clerk.get_by_role("tab", name="Tax exemption")).to_have_attribute("aria-selected", "true")
    edit_customer(clerk, f"{site.address}/admin/customers/edit/{clara}/", "Called", Company="Whitfield & Daughters")
    expect(clerk).to_have_url(f"{site.address}/admin/customers/inspect/{clara}/")


def test_on_a_phone_the_open_tab_is_in_sight(site: DemoSite, person: Callable[[str], Page]) -> None:
    clerk = person("clerk with a phone", viewport={"width": 320, "height": 700})
    sign_in_as_staff(clerk, site, "staff")
    ((clara,),) = site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", CLARA.email)
    clerk.goto(f"{site.address}/admin/customers/{clara}/history/")
    tab = clerk.get_by_role("tab", name="History")
    box = tab.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert clerk.evaluate("document.querySelector('main').scrollWidth") <= 320
