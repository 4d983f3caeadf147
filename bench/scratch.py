"""A database that exists only for one measurement."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def set_up_django() -> None:
    """Start Django with the settings of the suite, on the server that DATABASE_URL names."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()


@contextmanager
def scratch_database(folder: Path) -> Iterator[str]:
    """Create a migrated database, make it the one that is used, and drop it at the end. Answers its vendor."""
    from django.db import connection

    own = str(folder / "bench.sqlite3") if connection.vendor == "sqlite" else f"bench_customer_admin_{os.getpid()}"
    connection.settings_dict["TEST"]["NAME"] = own
    former = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(former, verbosity=0)


@contextmanager
def copy_of_scratch(name: str) -> Iterator[Any]:
    """A database of its own, equal to the scratch database, as a connection to use `in_place_of_default`."""
    from django.db import connection, connections

    own = f"{connection.settings_dict['NAME']}_{name}"
    connection.close()  # A database that somebody is connected to can't be copied.
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{connection.settings_dict["NAME"]}"')
    copy = connections.create_connection("default")
    copy.settings_dict = {**copy.settings_dict, "NAME": own}
    try:
        yield copy
    finally:
        copy.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{own}"')


@contextmanager
def in_place_of_default(other: Any) -> Iterator[None]:
    """Let everything use this connection; the usual one stays open meanwhile."""
    from django.db import connections

    usual = connections["default"]
    connections["default"] = other
    try:
        yield
    finally:
        connections["default"] = usual


def empty_database() -> None:
    """Remove all customers, orders, history and change sets, so that the next round meets the same state."""
    from django.apps import apps
    from django.db import connection

    tables = [
        model._meta.db_table
        for model in apps.get_app_config("customer_admin").get_models(include_auto_created=True)
        if model._meta.db_table in connection.introspection.table_names()
    ]
    statements = connection.ops.sql_flush(_no_style(), tables, reset_sequences=False, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


def _no_style() -> object:
    from django.core.management.color import no_style

    return no_style()
