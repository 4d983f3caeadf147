"""The browser of the browser tests: Debian's chromium, or the one named by `CHROMIUM`."""

import os
import shutil

LAUNCH_ARGS = ["--no-sandbox", "--disable-gpu"]


def chromium() -> str:
    """Its path. Raises RuntimeError when there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("Install chromium, or name it in CHROMIUM.")
    return found
