"""A manager gives seven orders to three customers, corrects a typo on the way, and takes it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import sign_in_as_staff

pytestmark = pytest.mark.e2e


def test_a_manager_assigns_seven_orders_to_three_customers_and_corrects_a_typo(
    site: DemoSite, person: Callable[[str], Page]
) -> None:
    orders = site.ask("SELECT number, customer_id FROM customer_admin_order ORDER BY id LIMIT 7")
    numbers = [number for number, _owner in orders]
    (first, _key), (second, _key), (third, third_key) = customers = site.ask(
        "SELECT number, id FROM customer_admin_customer WHERE id NOT IN "
        "(SELECT customer_id FROM customer_admin_order ORDER BY id LIMIT 7) ORDER BY id LIMIT 3"
    )
    (name,) = site.ask("SELECT last_name FROM customer_admin_customer WHERE id = ?", third_key)[0]
    manager = person("manager")
    sign_in_as_staff(manager, site, "manager")
    manager.goto(f"{site.address}/admin/customers/")
    manager.get_by_role("button", name="Manage accounts").click()
    manager.get_by_role("link", name="Assign orders").click()

    # Two rows are typed, with a typo; the customer of the third one, which is added, is chosen.
    def row(at: int) -> Locator:
        return manager.get_by_role("group", name=f"Row {at}", exact=True)

    row(1).get_by_label("Orders").fill(", ".join(numbers[:3]))
    row(1).get_by_label("Customer").fill(first)
    row(2).get_by_label("Orders").fill(f"{numbers[3]}, {numbers[4]}")
    row(2).get_by_label("Customer").fill(f"{second}9")
    row(3).get_by_role("button", name="Remove row").click()
    manager.get_by_role("button", name="Add row").click()
    expect(row(3).get_by_label("Orders")).to_be_focused()
    manager.keyboard.type(" ".join(numbers[5:]))
    row(3).get_by_role("button", name="Choose").click()
    dialog = manager.locator(".modal-dialog")
    dialog.get_by_role("textbox", name="Search term").fill(third)
    dialog.get_by_role("link", name=name).first.click()
    expect(row(3).get_by_label("Customer")).to_have_value(third)
    manager.get_by_role("button", name="Preview").last.click()

    # The typo is told where it was typed, and nothing can be assigned yet.
    expect(row(2).get_by_text(f"There is no customer {second}9.")).to_be_visible()
    expect(manager.get_by_role("button", name="Assign 7 orders")).to_have_count(0)
    row(2).get_by_label("Customer").fill(second)
    manager.get_by_role("button", name="Preview again").click()
    manager.get_by_label("Reason").fill("Bought at the fair")
    manager.get_by_role("button", name="Assign 7 orders").click()
    expect(manager.get_by_text("7 orders were assigned to 3 customers.")).to_be_visible()
    keys = [key for (_number, key), count in zip(customers, (3, 2, 2), strict=True) for _each in range(count)]
    assert owners(site, numbers) == keys

    # It is taken back as one step.
    manager.get_by_role("link", name="Undo").click()
    manager.get_by_role("button", name="Take back").click()
    expect(manager.get_by_text("Taken back: 7 records.")).to_be_visible()
    assert owners(site, numbers) == [owner for _number, owner in orders]


def owners(site: DemoSite, numbers: list[str]) -> list[int | None]:
    marks = ", ".join("?" * len(numbers))
    found = dict(site.ask(f"SELECT number, customer_id FROM customer_admin_order WHERE number IN ({marks})", *numbers))
    return [found[number] for number in numbers]
