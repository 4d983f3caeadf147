"""What people do again and again in the browser."""

import re

from demo.shop import PASSWORD
from playwright.sync_api import Locator, Page, expect

from tests.e2e.demo_site import DemoSite


def sign_in_as_staff(page: Page, site: DemoSite, username: str) -> None:
    page.goto(f"{site.address}/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.address}/admin/")


def edit_customer(page: Page, address: str, reason: str, **fields: str) -> None:
    """Fill in fields of the customer's form by their labels, and save with a reason."""
    page.goto(address)
    for label, value in fields.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_label("Reason for this change").fill(reason)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("updated", re.IGNORECASE)).first).to_be_visible()


def sign_in_as_customer(page: Page, identifier: str, password: str) -> None:
    """On the portal's sign-in page."""
    page.get_by_label("Username or e-mail").fill(identifier)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def open_newest_mail(page: Page, site: DemoSite, address: str, subject: str) -> None:
    """Wait in the mailbox, which looks for new mail by itself, and open the mail."""
    page.goto(f"{site.address}/mailbox/")
    mail = page.get_by_role("link").filter(has_text=f"to {address}").filter(has_text=subject).first
    mail.wait_for()
    mail.click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


class Clicks:
    """Counts how often the mouse is pressed in a window, on whatever page and whatever it hits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(
            "addEventListener('pointerdown', () => "
            "{ sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1 }, true)"
        )

    @property
    def count(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.clicks || 0)"))

    def start(self) -> None:
        self.page.evaluate("sessionStorage.clicks = 0")


def go_by_keyboard(page: Page, goal: Locator, *, most: int = 12) -> None:
    """Press Tab until the cursor is there, as hands do that stay on the keyboard."""
    for _pressed in range(most):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(goal).to_be_focused()


def type_over(page: Page, text: str) -> None:
    """Into the field in which the cursor is, instead of what stands there."""
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
