"""Merges, assignments, undos, imports, orders, sign-ins and edits of the same customers by several processes at once.

RACES says how often all of them together write; make it large to look for what happens rarely.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings as suite
from django.db import connection

from customer_admin.models import SYSTEM, Customer, MergeRequest, Order, recording
from customer_admin.selectors.drift import drift
from tests.factories import make_address, make_customer, make_login, make_manager, make_order
from tests.kept import kept_wrongly
from tests.threads import on_postgresql

ROOT = Path(__file__).parents[2]
PROCESSES = 4
RACES = int(os.environ.get("RACES", "240"))


def run_processes() -> list[str]:
    """What each of them printed."""
    parts: dict[str, Any] = connection.settings_dict
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "DJANGO_SETTINGS_MODULE": suite.SETTINGS_MODULE,
        "DATABASE_URL": f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.racing", str(seed), str(RACES // PROCESSES)],
            cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for seed in range(PROCESSES)
    ]  # fmt: skip
    return [process.communicate()[0] for process in started]


@on_postgresql
def test_nothing_is_lost_and_nobody_waits_for_ever() -> None:
    with recording(actor=SYSTEM):
        accounts = [make_customer(account_number=f"K{number}") for number in range(12)]
        for account in accounts:
            make_address(account, is_primary=True)
            for _order in range(5):
                make_order(account)
    for account in accounts[::2]:
        make_login(account)
    make_manager("racer")
    before = Order.objects.count()
    told = run_processes()
    print(*told)
    errors = [line for text in told for line in text.splitlines()[1:]]
    assert errors == []
    assert Order.objects.count() - before == sum(_placed(text) for text in told)
    assert not Customer.all_objects.filter(merged_into__merged_into__isnull=False).exists()
    assert not Order.objects.filter(customer__merged_into__isnull=False).exists()
    assert set(MergeRequest.objects.values_list("state", flat=True)) <= {"merged", "failed"}
    assert (drift(), kept_wrongly()) == ([], [])
    connection.check_constraints()


def _placed(text: str) -> int:
    counts: dict[str, int] = ast.literal_eval(text.splitlines()[0])
    return counts["orders placed"]
