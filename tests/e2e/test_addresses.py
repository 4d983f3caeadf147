"""The city of a postal code, in a browser: in a row that is added on the page, and never over what somebody typed."""

from collections.abc import Callable

import pytest
from demo.people import CLARA
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import sign_in_as_staff

pytestmark = pytest.mark.e2e


def test_a_postal_code_fills_city_region_and_country(site: DemoSite, person: Callable[[str], Page]) -> None:
    page = person("clerk")
    sign_in_as_staff(page, site, "staff")
    page.goto(f"{site.address}/admin/customers/add/#tab-addresses")
    known = CLARA.addresses[0]
    for position, city in enumerate(("", "Salem")):
        page.locator("#id_addresses-ADD").click()
        page.locator(f"[name=addresses-{position}-city]").fill(city)
        page.locator(f"[name=addresses-{position}-postal_code]").fill(known["postal_code"])
        page.keyboard.press("Tab")
    expect(page.locator("[name=addresses-0-city]")).to_have_value(known["city"])
    expect(page.locator("[name=addresses-0-country]")).to_have_value(known["country"])
    expect(page.get_by_role("status").filter(has_text="Filled in from earlier addresses")).to_contain_text(
        known["city"]
    )
    expect(page.locator("[name=addresses-1-city]")).to_have_value("Salem")
    expect(page.locator("[name=addresses-1-country]")).to_have_value("")
