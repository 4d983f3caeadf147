"""An icon that is not registered leaves an empty place, and nothing says so."""

import re
from pathlib import Path

from wagtail.admin.icons import get_icons

SOURCES = Path(__file__).parents[2] / "customer_admin"
NAMED = re.compile(r"""(?:icon|icon_name|header_icon|icon name)\s?=\s?["']([a-z-]+)["']""")


def test_every_icon_that_is_named_is_registered() -> None:
    files = [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]
    named = {name for file in files for name in NAMED.findall(file.read_text())}
    assert {"take-back", "history", "group"} <= named
    assert named <= set(re.findall(r'id="icon-([a-z-]+)"', get_icons()))
