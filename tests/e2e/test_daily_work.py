"""The ten commonest tasks, done by a clerk from the customers list, in the clicks that the documentation names."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from demo.people import CLARA, JOAQUIN
from playwright.sync_api import Browser, Page, expect

from tests.e2e.demo_site import ROOT, DemoSite
from tests.e2e.steps import Clicks, go_by_keyboard, sign_in_as_staff, type_over

pytestmark = pytest.mark.e2e

TABLE = ROOT / "docs" / "how-to" / "daily-work.md"
NAMED = {
    task: int(most)
    for task, most in re.findall(r"^\| ([^|]+?) \| [^|]+ \| (?:\d+–)?(\d+) \|$", TABLE.read_text(), re.MULTILINE)
}
"""The tasks of the documentation, each with the clicks that it takes at most."""
MOST = 4

CLARA_WHITFIELD, JOAQUIN_MUELLER = (f"{person.first_name} {person.last_name}" for person in (CLARA, JOAQUIN))


@pytest.fixture(scope="module")
def signed_in(site: DemoSite, browser: Browser) -> Any:
    """The cookies of a clerk, who signs in once for all tasks."""
    context = browser.new_context(locale="en-GB")
    sign_in_as_staff(context.new_page(), site, "staff")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def clerk(person: Callable[..., Page], signed_in: Any) -> Page:
    return person("clerk", storage_state=signed_in)


def find_by_telephone(clerk: Page, site: DemoSite) -> None:
    clerk.keyboard.type("503 555 0142")
    expect(clerk.get_by_text(re.compile("customers? match"))).to_be_visible()
    expect(clerk.get_by_role("link", name=CLARA_WHITFIELD, exact=True)).to_be_visible()


def see_what_was_ordered_last(clerk: Page, site: DemoSite) -> None:
    ((number, description),) = site.ask(
        "SELECT o.number, l.description FROM customer_admin_order o "
        "JOIN customer_admin_orderline l ON l.order_id = o.id "
        "JOIN customer_admin_customer c ON c.id = o.customer_id WHERE c.email = ? "
        "ORDER BY o.placed_at DESC, l.position LIMIT 1",
        CLARA.email,
    )
    open_customer(clerk, CLARA_WHITFIELD)
    expect(clerk.get_by_role("region", name="Orders")).to_contain_text(f"Newest: {number}")
    clerk.get_by_role("link", name="Open newest order").click()
    expect(clerk.get_by_role("table")).to_contain_text(description)


def change_an_address(clerk: Page, site: DemoSite) -> None:
    open_customer(clerk, CLARA_WHITFIELD)
    shipping = clerk.get_by_role("region", name="Shipping addresses")
    shipping.get_by_role("link", name="Edit").click()
    expect(clerk.locator("*:focus")).to_have_value(CLARA.addresses[1]["line1"])
    type_over(clerk, "20 Ferry Street")
    save(clerk)
    expect(shipping).to_contain_text("20 Ferry Street")
    expect(clerk.get_by_role("region", name="Billing addresses")).to_contain_text(CLARA.addresses[0]["line1"])


def add_a_note(clerk: Page, site: DemoSite) -> None:
    write_note(clerk, CLARA_WHITFIELD, "Prefers deliveries before noon.")
    clerk.get_by_role("button", name="Add note").click()
    expect(clerk.get_by_text("Note added.")).to_be_visible()
    expect(clerk.get_by_role("tabpanel", name="Notes")).to_contain_text("Prefers deliveries before noon.")
    expect(clerk.get_by_role("region", name="Alerts").filter(has_text="Prefers deliveries")).to_have_count(0)


def add_an_alert(clerk: Page, site: DemoSite) -> None:
    write_note(clerk, JOAQUIN_MUELLER, "Bring the forgotten umbrella.")
    clerk.get_by_label("Alert clerk").click()
    go_by_keyboard(clerk, clerk.get_by_label("Level"))
    clerk.keyboard.type("Warn")
    clerk.get_by_role("button", name="Add note").click()
    expect(clerk.get_by_text("Note added.")).to_be_visible()
    alert = clerk.get_by_role("region", name="Alerts").locator(".customer-admin-alert").filter(has_text="umbrella")
    expect(alert.get_by_role("heading", name="Warning")).to_be_visible()


def create_a_login(clerk: Page, site: DemoSite) -> None:
    # Somebody whom no other test gives a login.
    ((name, email),) = site.ask(
        "SELECT first_name || ' ' || last_name, email FROM customer_admin_customer WHERE first_name <> '' AND "
        "company = '' AND id NOT IN (SELECT customer_id FROM customer_admin_portallogin) AND email <> ? "
        "ORDER BY sort_name LIMIT 1",
        JOAQUIN.email,
    )
    clerk.get_by_role("button", name=f"More options for '{name}").first.click()
    clerk.get_by_role("link", name="New login").click()
    save(clerk)
    expect(clerk.get_by_text(f"An e-mail to set a password is on its way to {email}.")).to_be_visible()
    expect(clerk.get_by_role("region", name="Portal login")).to_contain_text(email)


def change_the_class(clerk: Page, site: DemoSite) -> None:
    open_customer(clerk, CLARA_WHITFIELD)
    clerk.get_by_role("link", name=re.compile(r"^Edit\s+Name and contact")).click()
    expect(clerk.get_by_label("First name").first).to_be_focused()
    go_by_keyboard(clerk, clerk.get_by_label("Class"))
    clerk.keyboard.type("Restau")
    save(clerk)
    expect(clerk.get_by_role("region", name=CLARA_WHITFIELD)).to_contain_text("Restaurants")


def open_an_order(clerk: Page, site: DemoSite) -> None:
    open_customer(clerk, CLARA_WHITFIELD)
    clerk.get_by_role("tab", name="Orders").click()
    number = clerk.get_by_role("tabpanel", name="Orders").get_by_role("link", name=re.compile("^AV-")).last
    told = number.inner_text()
    number.click()
    expect(clerk.get_by_role("heading", name=told)).to_be_attached()
    expect(clerk.get_by_role("table")).to_contain_text("Total")


def send_a_mail_once_more(clerk: Page, site: DemoSite) -> None:
    open_customer(clerk, CLARA_WHITFIELD)
    clerk.get_by_role("tab", name="E-mail log").click()
    mails = clerk.get_by_role("tabpanel", name="E-mail log")
    mails.get_by_role("button", name="Resend").first.click()
    expect(clerk.get_by_text(re.compile("The e-mail is on its way to .*@"))).to_be_visible()
    expect(mails.locator("tbody tr").first).to_contain_text(re.compile("Queued|Sending|Sent"))


def mark_as_tax_exempt(clerk: Page, site: DemoSite) -> None:
    open_customer(clerk, CLARA_WHITFIELD)
    clerk.get_by_role("link", name=re.compile(r"^Edit\s+Tax exemption")).click()
    clerk.get_by_role("checkbox", name="Tax exempt").click()
    for label, text in (("Certificate number", "OR-4711"), ("Reason", "Resale")):
        go_by_keyboard(clerk, clerk.get_by_label(label, exact=True).first)
        clerk.keyboard.type(text)
    save(clerk)
    expect(clerk.get_by_role("region", name="Tax exemption")).to_contain_text("OR-4711")
    expect(clerk.get_by_role("region", name=CLARA_WHITFIELD)).to_contain_text(re.compile(r"Tax exempt\s+Yes"))


def open_customer(clerk: Page, name: str) -> None:
    clerk.keyboard.type(name)
    expect(clerk.get_by_text("1 customer matches")).to_be_visible()
    clerk.get_by_role("link", name=name, exact=True).click()


def write_note(clerk: Page, name: str, text: str) -> None:
    open_customer(clerk, name)
    clerk.get_by_role("tab", name="Notes").click()
    note = clerk.get_by_role("tabpanel", name="Notes").get_by_role("textbox", name="Note")
    expect(note).to_be_visible()
    go_by_keyboard(clerk, note)
    clerk.keyboard.type(text)


def save(clerk: Page) -> None:
    clerk.get_by_role("button", name="Save").click()


DONE = {
    "find a customer by telephone": find_by_telephone,
    "see what was ordered last": see_what_was_ordered_last,
    "change an address": change_an_address,
    "add a note": add_a_note,
    "add an alert": add_an_alert,
    "create a login": create_a_login,
    "change the class": change_the_class,
    "open an order": open_an_order,
    "send a mail once more": send_a_mail_once_more,
    "mark as tax exempt": mark_as_tax_exempt,
}


def test_each_task_of_the_documentation_is_tried() -> None:
    assert list(NAMED) == list(DONE)
    assert max(NAMED.values()) <= MOST


@pytest.mark.parametrize("task", DONE)
def test_a_task_takes_no_more_clicks_than_the_documentation_names(site: DemoSite, clerk: Page, task: str) -> None:
    clicks = Clicks(clerk)
    clerk.goto(f"{site.address}/admin/customers/")
    expect(clerk.get_by_role("textbox", name="Search term")).to_be_focused()
    clicks.start()
    DONE[task](clerk, site)
    assert clicks.count <= NAMED.get(task, 0)


def test_an_order_is_opened_with_only_its_number_at_hand(site: DemoSite, clerk: Page) -> None:
    ((number,),) = site.ask("SELECT number FROM customer_admin_order WHERE status = 'completed' ORDER BY id LIMIT 1")
    clicks = Clicks(clerk)
    clerk.goto(f"{site.address}/admin/")
    clerk.get_by_role("button", name="Customers").click()
    clerk.get_by_role("link", name="Open order").click()
    expect(clerk.get_by_role("textbox", name="Order number")).to_be_focused()
    clerk.keyboard.type(number)
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("table")).to_contain_text("Total")
    assert clicks.count <= NAMED["open an order"]
