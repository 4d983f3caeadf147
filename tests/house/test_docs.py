"""The documentation says what is so."""

import re

import pytest

from docs.generate import SETTINGS, settings_page
from tests.house.commands import ROOT

PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])


def test_the_page_about_the_settings_is_current() -> None:
    assert SETTINGS.read_text() == settings_page(), "Run `make docs`."


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: object) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())  # type: ignore[attr-defined]

    assert [link for link in links if not (page.parent / link).exists()] == []  # type: ignore[attr-defined]


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z0-9-]+)", page.read_text())}

    assert named <= targets
