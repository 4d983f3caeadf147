"""A clerk opens an order by its number, meets a stop, acknowledges it with the keyboard, and sees the order."""

from collections.abc import Callable

import pytest
from demo.people import EDGAR
from demo.shop import HELD_FOR, HELD_ORDER
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import sign_in_as_staff

pytestmark = pytest.mark.e2e
(_warning, WARNING), (_stop, STOP) = HELD_FOR


def test_a_stop_covers_the_order_until_the_clerk_acknowledges_it(site: DemoSite, person: Callable[[str], Page]) -> None:
    clerk = person("clerk")
    sign_in_as_staff(clerk, site, "staff")

    # A wrong number says so; the right one, however it is typed, leads to the order.
    clerk.get_by_role("button", name="Customers").click()
    clerk.get_by_role("link", name="Open order").click()
    number = clerk.get_by_role("textbox", name="Order number")
    expect(number).to_be_focused()
    number.fill("AV-1")
    number.press("Enter")
    expect(clerk.get_by_text("There is no order AV-1.")).to_be_visible()
    clerk.get_by_role("textbox", name="Order number").fill(f" {HELD_ORDER.lower()} ")
    clerk.get_by_role("button", name="Open order").click()

    # The stop is all there is to see of it, on top of the warning.
    stop = clerk.get_by_role("alert").filter(has_text=STOP)
    expect(stop).to_contain_text("Jonas Weber")
    expect(clerk.get_by_role("region", name="Alerts")).to_contain_text(WARNING)
    expect(clerk.get_by_role("table")).to_have_count(0)
    expect(clerk.get_by_text(EDGAR.email)).to_have_count(0)

    stop.get_by_role("button", name="Acknowledge").press("Enter")

    # Now the order is there, with who let it go.
    expect(clerk.get_by_text("Alert acknowledged.")).to_be_visible()
    expect(clerk.get_by_role("alert").filter(has_text=STOP)).to_have_count(0)
    expect(clerk.get_by_role("region", name="Alerts")).to_contain_text("Acknowledged by Marta Hale")
    expect(clerk.get_by_role("table")).to_contain_text("Total")
    expect(clerk.get_by_text(EDGAR.email)).to_be_visible()
    lines = site.ask(
        "SELECT description FROM customer_admin_orderline l JOIN customer_admin_order o ON o.id = l.order_id "
        "WHERE o.number = ?",
        HELD_ORDER,
    )
    for (description,) in lines:
        expect(clerk.get_by_role("table")).to_contain_text(description)

    # The customer's history tells it.
    ((edgar,),) = site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", EDGAR.email)
    clerk.goto(f"{site.address}/admin/customers/history/{edgar}/")
    newest = clerk.locator("main tbody tr").first
    expect(newest).to_contain_text("Alert acknowledgement by Marta Hale created")
    expect(newest).to_contain_text(HELD_ORDER)
