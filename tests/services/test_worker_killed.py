"""kill -9 of the worker: a mail that was committed arrives, once, whatever the worker was doing.

The processes are real, and so is the mail server. On SQLite the worker lives in the process that commits; on
PostgreSQL and Redis it is `rundramatiq`.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as suite
from django.db import connection

from customer_admin.models import OutgoingEmail
from tests.factories import make_customer
from tests.mail.portal import open_portal
from tests.mail.smtp import MailServer

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # Seconds: far more than anything here takes, so that only a real fault runs into it.


class Site:
    """The processes of one installation, with its database, broker and mail server."""

    def __init__(self, folder: Path, mail_server: MailServer, **environment: str) -> None:
        self.pause = folder / "pause"
        self.reached = self.pause.with_suffix(".reached")
        self.output = folder / "output.txt"
        self.mail_server = mail_server
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "DJANGO_SETTINGS_MODULE": "tests.services.settings",
            "SUITE_SETTINGS": suite.SETTINGS_MODULE,
            "SMTP_PORT": str(mail_server.port),
            "PAUSE_FILE": str(self.pause),
            "PYTHONWARNINGS": "default",
            **environment,
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> subprocess.Popen[str]:
        with self.output.open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def start_web(self, *arguments: str) -> subprocess.Popen[str]:
        process = self.start("-m", "tests.services.process", *arguments)
        assert process.stdout.readline() == "ready\n", self.output.read_text()
        return process

    def commit(self, web: subprocess.Popen[str], name: str) -> None:
        print("login", name, file=web.stdin, flush=True)
        assert web.stdout.readline() == "committed\n", self.output.read_text()

    def kill(self, process: subprocess.Popen[str]) -> None:
        """SIGKILL to the process and all it started, which get no chance to tidy up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()
        self.running.remove(process)

    def kill_when_paused(self, process: subprocess.Popen[str]) -> None:
        wait_until(self.reached.exists, self.output)
        self.kill(process)
        self.pause.unlink()

    def stop(self) -> None:
        for process in [*self.running]:
            self.kill(process)


def wait_until(is_so: Callable[[], Any], output: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, output.read_text()
        time.sleep(0.05)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def installation(transactional_db: None) -> None:
    """Customers who wait for a login."""
    open_portal()
    for name in ("ada", "bob"):
        make_customer(account_number=name)


@pytest.fixture
def small_site(installation: None, tmp_path: Path, mail_server: MailServer) -> Iterator[Site]:
    """One process with the in-process worker, on a file that begins as a copy of the test database."""
    if connection.vendor != "sqlite":
        pytest.skip("This is about SQLite, on which the suite also runs.")
    file = tmp_path / "site.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    site = Site(tmp_path, mail_server, DATABASE_URL=f"sqlite:///{file}", REDIS_URL="")
    yield site
    site.stop()


@pytest.fixture
def large_site(installation: None, tmp_path: Path, mail_server: MailServer) -> Iterator[Site]:
    """A web process and `rundramatiq` on the test's PostgreSQL database and a Redis namespace of its own."""
    redis_url = os.environ.get("REDIS_URL", "")
    if connection.vendor != "postgresql" or not redis_url:
        pytest.skip("Set DATABASE_URL and REDIS_URL, as `make test-services` does.")
    of = connection.settings_dict
    place = f"{of['USER']}:{of['PASSWORD']}@{of['HOST'] or '127.0.0.1'}:{of['PORT'] or 5432}/{of['NAME']}"
    namespace = f"killed-{uuid.uuid4().hex}"
    site = Site(
        tmp_path,
        mail_server,
        DATABASE_URL=f"postgres://{place}",
        REDIS_URL=redis_url,
        REDIS_NAMESPACE=namespace,
    )
    yield site
    site.stop()
    import redis

    with redis.Redis.from_url(redis_url) as client:
        for key in client.scan_iter(f"{namespace}*"):
            client.delete(key)


def start_rundramatiq(site: Site) -> subprocess.Popen[str]:
    return site.start("manage.py", "rundramatiq", "--processes", "1", "--threads", "2", "--skip-logging")


def rows_of(site: Site) -> list[tuple[str, str, int]]:
    """Address, status and attempts of each mail, from the database of the site."""
    columns = ("to_address", "status", "attempts")
    if connection.vendor != "sqlite":
        return list(OutgoingEmail.objects.order_by("pk").values_list(*columns))
    file = site.environment["DATABASE_URL"].removeprefix("sqlite:///")
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)
    try:
        table = OutgoingEmail._meta.db_table
        return database.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id").fetchall()
    finally:
        database.close()


def assert_each_arrived_once(site: Site, *expected: tuple[str, int]) -> None:
    """The mails of these names arrived once each, with that many attempts, and nothing is left to send."""
    messages = site.mail_server.wait_for(len(expected))
    wait_until(lambda: all(status == "sent" for _to, status, _attempts in rows_of(site)), site.output)
    assert rows_of(site) == [(f"{name}@example.com", "sent", attempts) for name, attempts in expected]
    assert sorted(message["To"] for message in messages) == sorted(f"{name}@example.com" for name, _ in expected)
    assert all("/set-password/" in message.get_body(("plain",)).get_content() for message in messages)


def test_killed_between_commit_and_send_on_sqlite(small_site: Site) -> None:
    small_site.pause.touch()
    web = small_site.start_web("worker")
    small_site.commit(web, "ada")
    small_site.kill_when_paused(web)
    assert rows_of(small_site) == [("ada@example.com", "queued", 0)]
    assert small_site.mail_server.received == []

    web = small_site.start_web("worker")
    small_site.mail_server.wait_for(1)
    small_site.commit(web, "bob")  # Comes after whatever might have been sent a second time.
    assert_each_arrived_once(small_site, ("ada", 1), ("bob", 1))


def test_killed_between_claim_and_hand_over_on_sqlite(small_site: Site) -> None:
    small_site.mail_server.hold.set()
    web = small_site.start_web("worker")
    small_site.commit(web, "ada")
    assert small_site.mail_server.reached.wait(PATIENCE)
    small_site.kill(web)
    assert rows_of(small_site) == [("ada@example.com", "sending", 1)]
    small_site.mail_server.hold.clear()
    small_site.mail_server.released.set()

    web = small_site.start_web("worker")
    small_site.mail_server.wait_for(1)
    small_site.commit(web, "bob")
    assert_each_arrived_once(small_site, ("ada", 2), ("bob", 1))


@pytest.mark.services
def test_killed_between_commit_and_send_on_postgresql_and_redis(large_site: Site) -> None:
    large_site.pause.touch()
    worker = start_rundramatiq(large_site)
    web = large_site.start_web()
    large_site.commit(web, "ada")
    large_site.kill_when_paused(worker)
    assert rows_of(large_site) == [("ada@example.com", "queued", 0)]
    assert large_site.mail_server.received == []

    start_rundramatiq(large_site)
    large_site.mail_server.wait_for(1)
    large_site.commit(web, "bob")
    assert_each_arrived_once(large_site, ("ada", 1), ("bob", 1))


@pytest.mark.services
def test_killed_between_claim_and_hand_over_on_postgresql_and_redis(large_site: Site) -> None:
    large_site.mail_server.hold.set()
    worker = start_rundramatiq(large_site)
    web = large_site.start_web()
    large_site.commit(web, "ada")
    assert large_site.mail_server.reached.wait(PATIENCE)
    large_site.kill(worker)
    assert rows_of(large_site) == [("ada@example.com", "sending", 1)]
    large_site.mail_server.hold.clear()
    large_site.mail_server.released.set()

    start_rundramatiq(large_site)
    large_site.mail_server.wait_for(1)
    large_site.commit(web, "bob")
    assert_each_arrived_once(large_site, ("ada", 2), ("bob", 1))
