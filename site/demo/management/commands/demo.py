"""`manage.py demo`: a small believable shop, ready to sign in to, on one's own machine."""

import errno
import io
import socket
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from customer_admin.models import Customer
from customer_admin.queue import start_worker_in_process
from demo.accounts import make_staff, name_sender, name_site
from demo.seeding import is_seeded, seed
from demo.shop import PASSWORD, SHOP, STAFF


class Command(BaseCommand):
    help = "Make demo data where there is none, then serve the site with a worker in the same process."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="The port to serve on (8000).")
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen at (127.0.0.1).")
        parser.add_argument("--no-serve", action="store_true", help="Make the data and stop.")

    def handle(self, *args: Any, port: int, host: str, no_serve: bool, **options: Any) -> None:
        if not no_serve:
            refuse_if_taken(host, port)
        self._prepare(host, port)
        self._tell(f"http://{public_name(host)}:{port}")
        if not no_serve:
            start_worker_in_process()
            call_command("runserver", f"{host}:{port}", use_reloader=False, use_threading=True, verbosity=0)

    def _prepare(self, host: str, port: int) -> None:
        began = time.monotonic()
        self.stdout.write("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        staff = make_staff()
        site = name_site(public_name(host), port)
        call_command("create_portal", as_root=True, stdout=io.StringIO())
        if is_seeded():
            return
        if Customer.all_objects.exists():
            self.stdout.write("This database has customers of its own, so no made-up ones were added.")
            return
        self.stdout.write("Filling the shop with customers, orders and three years of history …")
        name_sender(site, staff["manager"])
        seed(staff)
        self.stdout.write(f"Done in {time.monotonic() - began:.0f} seconds.")

    def _tell(self, address: str) -> None:
        lines = [
            "",
            self.style.MIGRATE_HEADING(f"{SHOP}: a demo with made-up data"),
            "",
            f"  Admin     {address}/admin/",
            f"  Portal    {address}/",
            f"  Mailbox   {address}/mailbox/   (all mail that the site sends)",
            "",
            f"Every account has the password {self.style.SUCCESS(PASSWORD)}",
            "",
        ]
        lines += [f"  {member.username:10}{member.role}" for member in STAFF]
        lines += [f"  {'clara':10}a customer with orders: signs in at the portal", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.write("Stop with Ctrl-C.\n")


def refuse_if_taken(host: str, port: int) -> None:
    """Raise CommandError when nothing can listen at this address, before anything else is done."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Something listens on port {port} already. Stop it, or take another: make demo PORT={port + 1}"
                ) from error
            raise CommandError(f"Can't listen at {host}, port {port}: {error.strerror}.") from error
        except OverflowError as error:
            raise CommandError(f"{port} is not a port. Take a number from 1024 to 65535.") from error


def public_name(host: str) -> str:
    """The name under which a browser on this machine reaches `host`."""
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 (Compared, not bound.)
