"""A manager merges accounts that contradict each other and have a blocker, and undoes it; once by keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import go_by_keyboard, sign_in_as_staff

pytestmark = pytest.mark.e2e


def make_account(page: Page, site: DemoSite, **fields: str) -> tuple[int, str]:
    """Create an account, and answer its key and number."""
    page.goto(f"{site.address}/admin/customers/add/")
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).first.fill(value)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/customers/inspect/\d+/"))
    key = int(page.url.rstrip("/").rpartition("/")[2])
    ((number,),) = site.ask("SELECT number FROM customer_admin_customer WHERE id = ?", key)
    return key, number


def join_first_club(page: Page, site: DemoSite, key: int) -> None:
    page.goto(f"{site.address}/admin/customers/{key}/clubs/join/")
    page.locator("select[name=club]").select_option(index=1)
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(f"{site.address}/admin/customers/{key}/clubs/")


def owners(site: DemoSite, *keys: int) -> list[tuple[Any, ...]]:
    return site.ask(
        f"SELECT id, last_name, merged_into_id FROM customer_admin_customer WHERE id IN ({', '.join('?' * len(keys))})"
        " ORDER BY id",
        *keys,
    )


def test_two_accounts_with_a_blocker_become_one_and_two_again(site: DemoSite, person: Callable[[str], Page]) -> None:
    manager = person("manager")
    sign_in_as_staff(manager, site, "manager")
    first, first_number = make_account(manager, site, First_name="Dorothea", Last_name="Byron", Phone="503 555 0901")
    second, second_number = make_account(manager, site, First_name="Dorothea", Last_name="Lovelace")
    for key in (first, second):
        join_first_club(manager, site, key)

    # From the customer's own menu, with a number that is typed.
    manager.goto(f"{site.address}/admin/customers/inspect/{second}/")
    manager.get_by_role("button", name="Actions").click()
    manager.get_by_role("link", name="Merge into…").click()
    manager.get_by_label("Account numbers").fill(first_number)
    manager.get_by_role("button", name="Add", exact=True).click()
    expect(manager.get_by_text("This account stays")).to_be_visible()

    # They contradict each other, and something stands against it.
    manager.get_by_role("group", name="Last name").get_by_label("Lovelace").check()
    manager.get_by_label("Reason").fill("She married")
    expect(manager.get_by_text("are both members of")).to_be_visible()
    expect(manager.get_by_role("button", name=re.compile("Merge 2"))).to_have_count(0)
    manager.get_by_role("button", name="See the clubs").click()
    expect(manager).to_have_url(f"{site.address}/admin/customers/{second}/clubs/")
    ((membership,),) = site.ask("SELECT id FROM customer_admin_clubmembership WHERE customer_id = ?", second)
    manager.goto(f"{site.address}/admin/customers/{second}/clubs/{membership}/cancel/")
    manager.get_by_label("Reason").fill("One is enough")
    manager.locator("main form button[type=submit]").first.click()
    manager.get_by_role("link", name="Back to the merge").click()

    # What was chosen is chosen still.
    expect(manager.get_by_role("group", name="Last name").get_by_label("Lovelace")).to_be_checked()
    expect(manager.get_by_label("Reason")).to_have_value("She married")
    manager.get_by_role("button", name="Merge 2 accounts").click()
    expect(manager.get_by_text(f"Type {first_number} here to confirm.")).to_be_visible()
    manager.get_by_label("Number of the account that stays").fill(first_number)
    manager.get_by_role("button", name="Merge 2 accounts").click()
    expect(manager).to_have_url(f"{site.address}/admin/customers/inspect/{first}/")
    expect(manager.get_by_text("1 account was merged into this one.")).to_be_visible()
    expect(manager.get_by_role("heading", name="Dorothea Lovelace").first).to_be_visible()
    assert owners(site, first, second) == [(first, "Lovelace", None), (second, "Lovelace", first)]

    # And back.
    manager.get_by_role("link", name="Undo").click()
    manager.get_by_label("Reason").fill("Sisters")
    manager.get_by_role("button", name="Take back").click()
    expect(manager.get_by_text(re.compile("Taken back: "))).to_be_visible()
    assert owners(site, first, second) == [(first, "Byron", None), (second, "Lovelace", None)]
    manager.goto(f"{site.address}/admin/customers/?q={second_number}")
    expect(manager.get_by_role("link", name="Dorothea Lovelace", exact=True)).to_be_visible()


def test_accounts_are_merged_with_the_keyboard_alone(site: DemoSite, person: Callable[[str], Page]) -> None:
    manager = person("manager")
    sign_in_as_staff(manager, site, "manager")
    first, first_number = make_account(manager, site, First_name="Grace", Last_name="Hopper")
    second, second_number = make_account(manager, site, First_name="Grace", Last_name="Murray")

    manager.goto(f"{site.address}/admin/customers/merge/")
    go_by_keyboard(manager, manager.get_by_label("Account numbers"), most=30)
    manager.keyboard.type(f"{second_number}, {first_number}")
    manager.keyboard.press("Enter")
    expect(manager.get_by_text("This account stays")).to_be_visible()
    go_by_keyboard(manager, manager.get_by_role("button", name="Let this one stay"), most=40)
    manager.keyboard.press("Enter")
    expect(manager).to_have_url(f"{site.address}/admin/customers/{first}/merge/?with={second}")

    hopper = manager.get_by_role("group", name="Last name").get_by_label("Hopper")
    go_by_keyboard(manager, hopper, most=40)
    manager.keyboard.press("ArrowRight")
    expect(manager.get_by_role("group", name="Last name").get_by_label("Murray")).to_be_checked()
    go_by_keyboard(manager, manager.get_by_label("Number of the account that stays"), most=60)
    manager.keyboard.type(first_number)
    manager.keyboard.press("Enter")
    expect(manager.get_by_text("1 account was merged into this one.")).to_be_visible()
    assert owners(site, first, second) == [(first, "Murray", None), (second, "Murray", first)]
