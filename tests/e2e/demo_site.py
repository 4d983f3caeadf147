"""Runs the demo as a person does, with `manage.py demo`, but on a database and a mail folder of its own."""

import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mail.smtp import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # Seconds for migrations and demo data on a slow machine.


@dataclass(frozen=True)
class DemoSite:
    """A demo that serves at `address`; its database file can be asked what the truth is."""

    address: str
    database: Path

    def ask(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(sql, params).fetchall()
        finally:
            connection.close()


@contextmanager
def demo_site(folder: Path) -> Iterator[DemoSite]:
    """Start the demo with all it writes in `folder`, wait until it serves, and stop it afterwards."""
    port = free_port()
    site = DemoSite(f"http://localhost:{port}", folder / "site.sqlite3")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "EMAIL_URL", "DEBUG")},
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"sqlite:///{site.database}",
        "MAIL_FOLDER": str(folder / "mail"),
    }
    log = folder / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_it_serves(site, process, log)
        yield site
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_serves(site: DemoSite, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{site.address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"The demo did not start:\n{log.read_text()}")
        time.sleep(0.2)
