"""Imports one file in a process of its own and prints the peak of its memory in MB before and after."""

import resource
import sys
from pathlib import Path

from .scratch import set_up_django


def main(database: str, subject: str, mapping: str, file: str) -> None:
    set_up_django()
    from django.db import connection

    from customer_admin.operations import SYSTEM, import_customers, import_orders

    connection.settings_dict["NAME"] = database
    operation = {"customers": import_customers, "orders": import_orders}[subject]
    before = peak()
    operation(actor=SYSTEM, files=[Path(file)], mapping=mapping)
    print(before, peak())


def peak() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    # Unlike `ru_maxrss` this does not count what the process was before it became this program.
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
