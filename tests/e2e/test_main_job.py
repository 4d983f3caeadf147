"""The main job, end to end: a customer gets a login, signs in, and the history shows it."""

from collections.abc import Callable

import pytest
from demo.people import JOAQUIN
from playwright.sync_api import Page, expect

from tests.e2e.demo_site import DemoSite
from tests.e2e.steps import open_newest_mail, sign_in_as_customer, sign_in_as_staff

pytestmark = pytest.mark.e2e

Person = Callable[[str], Page]
PASSWORD = "Quiet-Meadow-58"


def orders_of(site: DemoSite, email: str) -> set[str]:
    found = site.ask(
        "SELECT o.number FROM customer_admin_order o JOIN customer_admin_customer c ON c.id = o.customer_id "
        "WHERE c.email = ?",
        email,
    )
    return {number for (number,) in found}


def test_a_customer_gets_a_login_uses_it_and_is_shut_out(site: DemoSite, person: Person) -> None:
    staff, customer = person("staff"), person("customer")

    # Staff find the customer, however the name is typed, and make a login.
    sign_in_as_staff(staff, site, "staff")
    staff.goto(f"{site.address}/admin/customers/")
    staff.get_by_role("textbox", name="Search").first.fill("muller joaquin")
    expect(staff.get_by_text("1 customer matches")).to_be_visible()
    staff.get_by_role("button", name="More options for 'Joaquín Müller").click()
    staff.get_by_role("link", name="Edit", exact=True).click()
    expect(staff.get_by_text("This customer has no portal login.")).to_be_visible()
    customer_page = staff.url
    staff.get_by_role("link", name="New login").first.click()
    expect(staff.get_by_role("textbox", name="E-mail")).to_have_value(JOAQUIN.email)
    staff.get_by_role("textbox", name="Username").fill("joaquin")
    staff.get_by_label("Send e-mail to set password").check()
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_text(f"An e-mail to set a password is on its way to {JOAQUIN.email}.")).to_be_visible()

    # The mail arrives, and its link sets a password.
    open_newest_mail(customer, site, JOAQUIN.email, "Set your password for Alder & Vine")
    mail = customer.url
    customer.frame_locator("iframe").get_by_role("link", name="Choose your password").click()
    customer.get_by_label("New password", exact=True).fill(PASSWORD)
    customer.get_by_label("New password again").fill(PASSWORD)
    customer.get_by_role("button", name="Set password").click()
    expect(customer).to_have_url(f"{site.address}/sign-in/")

    # The customer sees own account and own orders, and nobody else's.
    sign_in_as_customer(customer, "joaquin", PASSWORD)
    expect(customer).to_have_url(f"{site.address}/account/")
    expect(customer.get_by_text("Hello, Joaquín Müller")).to_be_visible()
    expect(customer.get_by_text(JOAQUIN.addresses[0]["line1"]).first).to_be_visible()
    own, others = orders_of(site, JOAQUIN.email), orders_of(site, "clara.whitfield@example.com")
    assert len(own) >= 6
    links = customer.get_by_role("region", name="Your orders").get_by_role("link").filter(has_text="AV-")
    assert {text.strip() for text in links.all_inner_texts()} == own
    links.first.click()
    expect(customer.get_by_role("heading", name="What you ordered")).to_be_visible()
    own_order = customer.url
    number = own_order.rstrip("/").rpartition("/")[2]
    assert number in own
    customer.goto(own_order.replace(number, min(others)))
    expect(customer.get_by_role("heading", name="No such order")).to_be_visible()
    customer.goto(f"{site.address}/account/")

    # Staff disable the login: the next click is refused, and the right password is told why.
    staff.goto(customer_page)
    expect(staff.get_by_text("joaquin", exact=True)).to_be_visible()
    staff.get_by_role("link", name="Edit login").first.click()
    staff.get_by_role("radio", name="No", exact=True).check()
    staff.get_by_label("Reason for this change").fill("Asked for it by telephone")
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_text("Login disabled. The customer is signed out.")).to_be_visible()

    links.first.click()
    expect(customer.get_by_label("Username or e-mail")).to_be_visible()
    expect(customer.get_by_text("Joaquín")).to_have_count(0)
    sign_in_as_customer(customer, "joaquin", "Wrong-Meadow-58")
    expect(customer.get_by_text("Username, e-mail or password is not right.")).to_be_visible()
    expect(customer.get_by_text("Account is disabled")).to_have_count(0)
    sign_in_as_customer(customer, JOAQUIN.email, PASSWORD)
    expect(customer.get_by_text("Account is disabled")).to_be_visible()
    customer.goto(f"{site.address}/account/")
    expect(customer.get_by_label("Username or e-mail")).to_be_visible()

    # The link in the mail is used up, too.
    customer.goto(mail)
    customer.frame_locator("iframe").get_by_role("link", name="Choose your password").click()
    expect(customer.get_by_role("heading", name="This link does not work any more")).to_be_visible()

    # The history shows each step with its person.
    staff.goto(customer_page.replace("/edit/", "/history/"))
    rows = staff.locator("main table tbody tr")
    disabled, password_set, created = (rows.nth(position) for position in range(3))
    expect(disabled).to_contain_text("Marta Hale")
    expect(disabled).to_contain_text("Asked for it by telephone")
    expect(disabled).to_contain_text("Enabled")
    expect(password_set).to_contain_text("Joaquín Müller")
    expect(password_set).to_contain_text("Customer · Portal")
    expect(password_set).to_contain_text("password set", ignore_case=True)
    expect(created).to_contain_text("Marta Hale")
    expect(created).to_contain_text("Staff · Admin")
    expect(created).to_contain_text("Portal login joaquin created", ignore_case=True)
