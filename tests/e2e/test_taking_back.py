"""An auditor takes back one field of what one person did, after another had changed it again."""

from collections.abc import Callable

import pytest
from demo.people import CLARA
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import edit_customer, sign_in_as_staff

pytestmark = pytest.mark.e2e


def test_an_auditor_takes_back_one_field_decides_the_clash_and_the_timeline_tells_it(
    site: DemoSite, person: Callable[[str], Page]
) -> None:
    ((clara,),) = site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", CLARA.email)
    form = f"{site.address}/admin/customers/edit/{clara}/"
    staff, manager, auditor = person("staff"), person("manager"), person("auditor")
    for page, name in ((staff, "staff"), (manager, "manager"), (auditor, "auditor")):
        sign_in_as_staff(page, site, name)
    edit_customer(staff, form, "Called from a new number", Phone="111 1111", Company="Whitfield & Daughters")
    edit_customer(manager, form, "Wrote from yet another one", Phone="222 2222")

    # The auditor opens the timeline, then the first edit, and takes its phone back.
    auditor.goto(f"{site.address}/admin/customers/history/{clara}/")
    first_edit = auditor.locator("main tr").filter(has_text="Called from a new number")
    first_edit.get_by_role("link", name="Edit", exact=True).click()
    auditor.get_by_role("link", name="Take back: Phone").click()

    # The clash with the second edit is shown with its values and its person.
    clash = auditor.get_by_role("group").filter(has_text="Phone")
    expect(clash).to_contain_text("This was changed again later.")
    expect(clash).to_contain_text("222 2222")
    expect(clash).to_contain_text("111 1111")
    auditor.get_by_role("button", name="Take back").click()
    assert site.ask("SELECT phone FROM customer_admin_customer WHERE id = ?", clara) == [("222 2222",)]

    clash.get_by_label("Put back:").check()
    auditor.get_by_label("Reason").fill("Both numbers were wrong")
    auditor.get_by_role("button", name="Take back").click()
    expect(auditor.get_by_text("Taken back: 1 record.")).to_be_visible()

    # Only the phone went back, and the timeline says who took what back.
    ((phone, company),) = site.ask("SELECT phone, company FROM customer_admin_customer WHERE id = ?", clara)
    assert phone not in ("111 1111", "222 2222")
    assert company == "Whitfield & Daughters"
    auditor.goto(f"{site.address}/admin/customers/history/{clara}/")
    newest = auditor.locator("main tbody tr").first
    expect(newest).to_contain_text("Take back")
    expect(newest).to_contain_text("Both numbers were wrong")
    expect(newest).to_contain_text("222 2222")
