"""The table of features names for each the test that shows it; that test is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "features.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The lines of the tables without their heads."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|") and not re.match(r"\|( feature |[-|]+$)", line)]


def test_each_feature_names_a_test() -> None:
    without = [row for row in rows() if not NAMED.search(row)]

    assert rows()
    assert without == []


@pytest.mark.parametrize("name", sorted(set(NAMED.findall(PAGE.read_text(encoding="utf-8")))), ids="::".join)
def test_the_test_that_shows_a_feature_is_there(name: tuple[str, str]) -> None:
    file, function = name

    assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
