"""Customers who are there twice: met while somebody types, looked through in the report, merged many at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import go_by_keyboard, sign_in_as_staff

pytestmark = pytest.mark.e2e
ADA = {"First name": "Augusta", "Last name": "Quillfeather", "E-mail": "augusta.q@example.com", "Phone": "503 555 0177"}
BEA = {"First name": "Beatrix", "Last name": "Marrowbone", "E-mail": "beatrix.m@example.com", "Phone": "503 555 0188"}


def create(page: Page, site: DemoSite, fields: dict[str, str]) -> None:
    page.goto(f"{site.address}/admin/customers/add/")
    for label, value in fields.items():
        page.get_by_label(label, exact=True).first.fill(value)
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()


def numbers_of(site: DemoSite, last_name: str, *, living: bool = True) -> list[tuple[Any, ...]]:
    merged = "AND merged_into_id IS NULL" if living else ""
    return site.ask(f"SELECT number FROM customer_admin_customer WHERE last_name = ? {merged} ORDER BY id", last_name)


def search(page: Page, site: DemoSite) -> None:
    """Look for duplicates in the whole base, and wait until the worker is done."""
    page.goto(f"{site.address}/admin/duplicates/")
    page.get_by_role("button", name="Look for duplicates now").click()
    expect(page.get_by_text("Last search:")).to_be_visible(timeout=30_000)


def test_who_is_there_already_shows_while_one_types(site: DemoSite, person: Callable[[str], Page]) -> None:
    staff = person("staff")
    sign_in_as_staff(staff, site, "staff")
    create(staff, site, ADA)
    ((number,),) = numbers_of(site, "Quillfeather")

    staff.goto(f"{site.address}/admin/customers/add/")
    staff.get_by_label("First name", exact=True).fill("Augusta")
    staff.get_by_label("Last name", exact=True).press_sequentially("Quilfeather")
    staff.get_by_label("Phone", exact=True).press_sequentially("(503) 555-0177")
    warning = staff.get_by_role("status").filter(has_text="This customer may be there already")
    expect(warning).to_contain_text(number)
    expect(warning).to_contain_text("same phone")

    # The keyboard reaches who was found, and the customer opens in a window of its own.
    found = warning.get_by_role("link", name=re.compile("Quillfeather"))
    go_by_keyboard(staff, found, most=40)
    with staff.context.expect_page() as opened:
        staff.keyboard.press("Enter")
    expect(opened.value.get_by_role("heading", name="Augusta Quillfeather").first).to_be_visible()
    opened.value.close()
    expect(staff.get_by_label("Last name", exact=True)).to_have_value("Quilfeather")

    # Who is signed out meanwhile finds no sign-in inside the form.
    session = [each for each in staff.context.cookies() if each["name"] == "sessionid"]
    staff.context.clear_cookies(name="sessionid")
    with staff.expect_response(re.compile("/login/")):
        staff.get_by_label("Last name", exact=True).press_sequentially("s")
    expect(warning).to_contain_text(number)
    expect(staff.get_by_label("Password")).to_have_count(0)
    staff.context.add_cookies(session)

    # Who is certainly there is told once more when it is saved; a second Save makes another one all the same.
    create(staff, site, ADA)
    expect(staff.get_by_text(re.compile("there already")).first).to_be_visible()
    assert len(numbers_of(site, "Quillfeather")) == 1
    staff.get_by_role("button", name="Save").click()
    staff.wait_for_url(re.compile(r"/customers/inspect/\d+/"))
    assert len(numbers_of(site, "Quillfeather")) == 2


def test_a_pair_is_decided_with_the_keyboard_alone_and_taken_back(
    site: DemoSite, person: Callable[[str], Page]
) -> None:
    manager = person("manager")
    sign_in_as_staff(manager, site, "manager")
    for _time in range(2):
        create(manager, site, {**BEA, "Last name": "Greengage", "E-mail": "greengage@example.com"})
        if "/add/" in manager.url:
            manager.get_by_role("button", name="Save").click()
            manager.wait_for_url(re.compile(r"/customers/inspect/\d+/"))
    search(manager, site)

    pair = manager.get_by_role("article", name=re.compile("Greengage"))
    tick = pair.get_by_role("checkbox")
    go_by_keyboard(manager, tick, most=250)
    manager.keyboard.press("Space")
    expect(tick).to_be_checked()
    reason = manager.get_by_label("Reason (optional, shown in the history)")
    go_by_keyboard(manager, reason, most=250)
    manager.keyboard.type("Mother and daughter")
    manager.keyboard.press("Enter")
    expect(manager.get_by_text("1 pair is not shown any more")).to_be_visible()
    expect(pair).to_have_count(0)

    manager.goto(f"{site.address}/admin/duplicates/?status=dismissed")
    expect(manager.get_by_text("Mother and daughter")).to_be_visible()
    pair.get_by_role("link", name=re.compile("Greengage")).first.click()
    manager.get_by_role("tab", name="History").click()
    expect(manager.get_by_text("Mother and daughter").first).to_be_visible()


def test_certain_ones_are_merged_in_the_background(site: DemoSite, person: Callable[[str], Page]) -> None:
    manager = person("manager")
    sign_in_as_staff(manager, site, "manager")
    for _time in range(2):
        create(manager, site, BEA)
        if "/add/" in manager.url:
            manager.get_by_role("button", name="Save").click()
            manager.wait_for_url(re.compile(r"/customers/inspect/\d+/"))
    search(manager, site)
    pair = manager.get_by_role("article", name=re.compile("Marrowbone"))
    pair.get_by_role("checkbox").check()
    manager.get_by_role("button", name="Merge ticked ones…").click()
    expect(manager.get_by_text("1 customer who is there more than once")).to_be_visible()
    manager.get_by_role("button", name=re.compile("Merge 1 account")).click()
    expect(manager.get_by_text("Look at them, and type 1 to confirm.")).to_be_visible()
    manager.get_by_label("How many customers").fill("1")
    manager.get_by_label("Reason").fill("Twice at the counter")
    manager.get_by_role("button", name=re.compile("Merge 1 account")).click()
    expect(manager.get_by_text("1 merge is done.")).to_be_visible(timeout=30_000)
    assert (len(numbers_of(site, "Marrowbone")), len(numbers_of(site, "Marrowbone", living=False))) == (1, 2)

    manager.get_by_role("link", name="Undo").click()
    manager.get_by_role("button", name="Take back").click()
    expect(manager.get_by_text(re.compile("Taken back: "))).to_be_visible()
    assert len(numbers_of(site, "Marrowbone")) == 2
