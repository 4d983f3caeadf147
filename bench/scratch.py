"""A database that exists only for one measurement."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
