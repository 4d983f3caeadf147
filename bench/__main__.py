"""`python -m bench`: measures on the server of DATABASE_URL (SQLite without it), in a database made for it."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .scratch import scratch_database, set_up_django

PARTS = ("imports", "changes", "merges", "assignments", "memory", "timelines", "page", "exports", "lists", "duplicates")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the import files (default: 10,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each time is taken (default: 3)")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 1_000_000], metavar="CUSTOMERS",
        help="how long the lists are that are compared (default: 10,000 and 1,000,000)",
    )  # fmt: skip
    parser.add_argument(
        "--exported", type=int, nargs="+", default=[10_000, 100_000], metavar="CUSTOMERS",
        help="how many customers are exported (default: 10,000 and 100,000)",
    )  # fmt: skip
    parser.add_argument("--pages", type=int, default=30, help="how often each page of a list is taken (default: 30)")
    options = parser.parse_args()
    set_up_django()
    from . import stock

    stock.register()
    with TemporaryDirectory(prefix="bench-") as name, scratch_database(Path(name)) as vendor:
        print(f"{vendor}, {options.rows:,} rows", flush=True)
        for part in options.only or PARTS:
            for line in figures_of(part, Path(name), options):
                print(line, flush=True)


def figures_of(part: str, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    from django.db import connection

    from . import assignments, changes, customer_page, duplicates, exports, imports, lists, merges, timelines

    if part == "imports":
        yield from imports.figures(folder, options.rows, options.rounds)
    elif part == "changes":
        yield from changes.figures(options.rows, options.rounds)
    elif part == "merges":
        yield from merges.figures(options.rows, options.rounds)
    elif part == "assignments":
        yield from assignments.figures(options.rounds)
    elif part == "memory":
        yield from imports.memory_figures(folder, options.rows, str(connection.settings_dict["NAME"]))
    elif part == "timelines":
        yield from timelines.figures(options.rounds)
    elif part == "page":
        yield from customer_page.figures(options.rounds)
    elif part == "exports":
        yield from exports.figures(options.rounds, options.exported)
    elif part == "duplicates":
        yield from duplicates.figures(options.sizes)
    else:
        yield from lists.figures(options.sizes, options.pages)


if __name__ == "__main__":
    main()
