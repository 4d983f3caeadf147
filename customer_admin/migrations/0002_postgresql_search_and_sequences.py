"""What only PostgreSQL has: real sequences, and a trigram index for searching customers by any part of a word."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

SEQUENCES = {"change_set_closed": 1, "customer_number": 1001}


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, start in SEQUENCES.items():
        schema_editor.execute(f"CREATE SEQUENCE customer_admin_{name} START {start}")
    # New rows wait in a list of at most 64 kB before they enter the index: an import needs half the time, and a search
    # has no more than that to read beside the index.
    schema_editor.execute(
        "CREATE INDEX customer_admin_search ON customer_admin_customer "
        "USING gin (search_text gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 64)"
    )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP INDEX customer_admin_search")
    for name in SEQUENCES:
        schema_editor.execute(f"DROP SEQUENCE customer_admin_{name}")


class Migration(migrations.Migration):
    dependencies = [("customer_admin", "0001_initial")]
    operations = [TrigramExtension(), migrations.RunPython(create, remove)]
