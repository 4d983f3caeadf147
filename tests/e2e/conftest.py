"""A browser and a demo of its own for the tests that use the product as a person does."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsers import LAUNCH_ARGS, chromium
from tests.e2e.demo_site import ROOT, DemoSite, demo_site

PICTURES = ROOT / "var" / "e2e"
"""Where a failed test leaves what each person saw last."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": LAUNCH_ARGS}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    with demo_site(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


_failed = pytest.StashKey[bool]()


@pytest.fixture
def person(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Page]]:
    """Makes the browser window of one more person, who shares no cookies with the others.

    After the test, no window may have logged an error of a script; after a failed one, each leaves a picture and its
    page in `var/e2e/`.
    """
    pages: dict[str, Page] = {}
    problems: list[str] = []

    def make(name: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        page = pages[name] = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{name}: {error}"))
        page.set_default_timeout(20_000)
        return page

    yield make
    if request.node.stash.get(_failed, True):
        for name, page in pages.items():
            keep(page, PICTURES / re.sub(r"\W+", "-", f"{request.node.name}-{name}"))
    for page in pages.values():
        page.context.close()
    assert problems == []


def keep(page: Page, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place.with_suffix(".png"), full_page=True)
    place.with_suffix(".html").write_text(f"<!-- {page.url} -->\n{page.content()}")
