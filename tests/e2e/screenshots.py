"""`python -m tests.e2e.screenshots [--out DIR] [--all]`: pictures for README and documentation from a fresh demo."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.people import CLARA, JOAQUIN
from demo.shop import PASSWORD
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browsers import LAUNCH_ARGS, chromium
from tests.e2e.demo_site import ROOT, DemoSite, demo_site
from tests.e2e.steps import edit_customer, open_newest_mail, sign_in_as_customer, sign_in_as_staff

WIDTHS = {"": (1280, 860), "-phone": (390, 844)}
SCHEMES = {"": "light", "-dark": "dark"}
FIRST_EDIT = "Called from a new number"
TO_MERGE = (
    "SELECT first_id, second_id FROM customer_admin_duplicatepair WHERE level = 'likely' "
    "ORDER BY certainty DESC, id LIMIT 1"
)
COLOURS = 128
"""Screens have few colours; a palette makes the files a third as large and looks the same."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="Where to put them (docs/images).")
    parser.add_argument("--all", action="store_true", help="Also in dark colours and as wide as a phone.")
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH_ARGS)
        make_mail(browser, site)
        make_clash(browser, site)
        for form, size in WIDTHS.items() if options.all else [("", WIDTHS[""])]:
            for colour, scheme in SCHEMES.items() if options.all else [("", SCHEMES[""])]:
                with window(browser, size, scheme) as page:
                    take_admin(page, site, lambda name, p=page, e=f"{form}{colour}": keep(p, out / f"{name}{e}.png"))
                with window(browser, size, scheme) as page:
                    take_portal(page, site, lambda name, p=page, e=f"{form}{colour}": keep(p, out / f"{name}{e}.png"))
        browser.close()
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")


@contextmanager
def window(browser: Browser, size: tuple[int, int], scheme: str) -> Iterator[Page]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def make_mail(browser: Browser, site: DemoSite) -> None:
    """Ask for a new password as Clara does, so that the mailbox has a mail and the outbox a worker at work."""
    with window(browser, WIDTHS[""], "light") as page:
        page.goto(f"{site.address}/forgot-password/")
        page.get_by_label("Username or e-mail").fill("clara")
        page.get_by_role("button", name="Send me a link").click()
        open_newest_mail(page, site, CLARA.email, "Your new password for Alder & Vine")


def make_clash(browser: Browser, site: DemoSite) -> None:
    """Let two people change Clara's phone, so that taking the first change back meets the second."""
    ((clara,),) = site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", CLARA.email)
    address = f"{site.address}/admin/customers/edit/{clara}/"
    with window(browser, WIDTHS[""], "light") as page:
        sign_in_as_staff(page, site, "staff")
        edit_customer(page, address, FIRST_EDIT, Phone="(503) 555-0177", Company="Whitfield & Daughters")
    with window(browser, WIDTHS[""], "light") as page:
        sign_in_as_staff(page, site, "manager")
        edit_customer(page, address, "Wrote from yet another number", Phone="(503) 555-0199")


def take_admin(page: Page, site: DemoSite, take: Callable[[str], None]) -> None:
    """The screens of staff. The manager sees all that there is."""
    sign_in_as_staff(page, site, "manager")
    (clara,), (joaquin,) = (
        site.ask("SELECT id FROM customer_admin_customer WHERE email = ?", person.email)[0]
        for person in (CLARA, JOAQUIN)
    )
    ((stays, goes),) = site.ask(TO_MERGE)
    ((edit,),) = site.ask("SELECT id FROM customer_admin_changeset WHERE reason = ?", FIRST_EDIT)
    for name, path in (
        ("first-page", ""),
        ("customer-list", "customers/?ordering=number"),
        ("customer-page", f"customers/inspect/{clara}/"),
        ("customer-edit", f"customers/edit/{clara}/"),
        ("login-form", f"customers/{joaquin}/login/new/"),
        ("customer-history", f"customers/history/{clara}/"),
        ("change", f"changes/{edit}/"),
        ("take-back", f"changes/{edit}/revert/"),
        ("changes-report", "changes/"),
        ("duplicates", "duplicates/"),
        ("merge-certain", "duplicates/certain/"),
        ("merge", f"customers/{stays}/merge/?with={goes}"),
        ("orders-without-customer", "assign-orders/without-customer/"),
    ):
        page.goto(f"{site.address}/admin/{path}")
        take(name)


def take_portal(page: Page, site: DemoSite, take: Callable[[str], None]) -> None:
    """What Clara sees, and the mailbox of the development server."""
    page.goto(f"{site.address}/")
    take("portal-home")
    page.goto(f"{site.address}/sign-in/")
    take("portal-sign-in")
    sign_in_as_customer(page, "clara", PASSWORD)
    expect(page).to_have_url(f"{site.address}/account/")
    take("portal-account")
    page.get_by_role("link").filter(has_text="AV-").first.click()
    take("portal-order")
    open_newest_mail(page, site, CLARA.email, "Your new password for Alder & Vine")
    take("mailbox-mail")
    page.goto(f"{site.address}/mailbox/")
    take("mailbox")


def keep(page: Page, file: Path) -> None:
    """Save what the window shows, once it has come to rest, with a palette."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, animations="disabled")
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            file, optimize=True
        )


if __name__ == "__main__":
    main()
