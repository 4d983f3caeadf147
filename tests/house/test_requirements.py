"""The pins, which must hold wherever they are installed from."""

import re
import tomllib
from importlib.metadata import metadata, version

import pytest
from packaging.specifiers import SpecifierSet

from tests.house.commands import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*")


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_line_is_a_pin_and_nothing_else(file: object) -> None:
    lines = file.read_text().splitlines()  # type: ignore[attr-defined]

    assert [line for line in lines if line and not line.startswith("# ") and not PIN.fullmatch(line)] == []


def test_each_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    names = {re.match(r"[A-Za-z0-9-]+", line)[0].lower() for line in wanted}  # type: ignore[index]

    assert names - pins("dev.txt").keys() == set()
    assert names - pins("django61.txt").keys() == set()


def test_what_the_site_runs_on_is_what_is_tested() -> None:
    assert pins("site.txt").items() <= pins("dev.txt").items()


def test_the_pins_hold_for_the_oldest_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    installed = [metadata(name) for name, pin in pins("dev.txt").items() if version(name) == pin]
    wanted = {data["Name"]: data.get("Requires-Python", "") for data in installed}

    assert wanted
    assert {name: wants for name, wants in wanted.items() if oldest not in SpecifierSet(wants)} == {}


def test_the_two_djangos() -> None:
    assert pins("dev.txt")["django"].startswith("5.2.")
    assert pins("django61.txt")["django"].startswith("6.1.")
