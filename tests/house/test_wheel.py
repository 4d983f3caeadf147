"""The wheel, in a site that `wagtail start` made, wired by nothing but docs/how-to/install.md."""

import re
import shutil
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house.commands import ROOT, run

pytestmark = pytest.mark.wheel

PACKAGES = ("customer_admin", "portal")
SMOKE = """
from customer_admin.models import ChangeSet
from customer_admin.operations import SYSTEM, create_customer
import customer_admin
customer = create_customer(actor=SYSTEM, reason="Smoke", last_name="Stone", addresses=[{"line1": "1 Main Street"}])
assert customer.addresses.get().is_primary
assert ChangeSet.objects.get().reason == "Smoke"
print(customer.number, customer_admin.__file__)
"""
SIGN_IN = """
from django.conf import settings
from django.test import Client
from wagtail.models import Site
from portal.addresses import PageAddresses
settings.ALLOWED_HOSTS = ["*"]
site = Site.objects.get()
for address in (PageAddresses(site).sign_in(), "/admin/login/"):
    print(Client().get(address.removeprefix(site.root_url)).status_code)
"""


def block(name: str) -> str:
    """The code that docs/how-to/install.md shows under this name."""
    page = (ROOT / "docs/how-to/install.md").read_text()
    (code,) = re.findall(rf"^```python {name}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return code


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy, since setuptools leaves a build folder behind whose old files would get into the next wheel.
    source = folder / "source"
    source.mkdir()
    for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), cwd=source)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new Wagtail site with the wheel, in an environment that has everything else from ours."""
    folder = tmp_path_factory.mktemp("site")
    run("-m", "venv", "--without-pip", str(folder / "venv"))
    python = folder / "venv" / "bin" / "python"
    run("-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    packages = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    (Path(packages) / "of_the_checkout.pth").write_text(sysconfig.get_path("purelib"))
    run(str(python), "-c", "from wagtail.bin.wagtail import main; main()", "start", "mysite", cwd=folder)
    for file, name in (("settings/base.py", "settings"), ("urls.py", "urls"), ("wsgi.py", "wsgi")):
        with (folder / "mysite" / "mysite" / file).open("a") as end:
            end.write("\n" + block(name))
    return folder / "mysite"


def manage(site: Path, *arguments: str) -> str:
    return run(str(site.parent / "venv/bin/python"), "manage.py", *arguments, cwd=site).stdout


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {name for name in names if ".dist-info/" not in name} == ours


def test_a_new_site_with_the_short_list_is_complete(site: Path) -> None:
    assert "no issues" in manage(site, "check")
    manage(site, "migrate", "--verbosity", "0")
    assert "No changes detected" in manage(site, "makemigrations", "--check", "--dry-run")
    number, file = manage(site, "shell", "--no-imports", "-c", SMOKE).split()
    assert re.fullmatch(r"C\d+", number)
    assert Path(file).is_relative_to(site.parent)  # The wheel's, not the checkout's.

    served = "import mysite.wsgi; from customer_admin import queue; assert queue.is_reachable()"
    run(str(site.parent / "venv/bin/python"), "-c", served, cwd=site)


def test_the_portal_joins_by_its_two_lines(site: Path) -> None:
    with (site / "mysite/settings/base.py").open("a") as end:
        end.write("\n" + block("portal"))

    assert "no issues" in manage(site, "check")
    manage(site, "migrate", "--verbosity", "0")
    assert "No changes detected" in manage(site, "makemigrations", "--check", "--dry-run")
    manage(site, "create_portal")
    assert manage(site, "shell", "--no-imports", "-c", SIGN_IN).split() == ["200", "200"]
