"""`python -m bench`: measures on the server of DATABASE_URL (SQLite without it), in a database made for it."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from .scratch import scratch_database, set_up_django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the import files (default: 10,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each time is taken (default: 3)")
    options = parser.parse_args()
    set_up_django()
    from django.db import connection

    from . import changes, customer_page, exports, imports, timelines

    with TemporaryDirectory(prefix="bench-") as name, scratch_database(Path(name)) as vendor:
        folder = Path(name)
        print(f"{vendor}, {options.rows:,} rows", flush=True)
        for line in imports.figures(folder, options.rows, options.rounds):
            print(line, flush=True)
        for line in changes.figures(options.rows, options.rounds):
            print(line, flush=True)
        for line in imports.memory_figures(folder, options.rows, str(connection.settings_dict["NAME"])):
            print(line, flush=True)
        print("\n".join(timelines.figures(options.rounds)), flush=True)
        print("\n".join(customer_page.figures(options.rounds)), flush=True)
        for line in exports.figures(options.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
