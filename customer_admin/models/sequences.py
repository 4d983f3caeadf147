"""Numbers that only grow and are never given twice, not even after a deletion.

PostgreSQL has sequences for this, which let many writers draw at once. SQLite has one writer at a time, so a row that
counts does the same there; a draw that is rolled back is undone with all that used it.
"""

from django.db import connections, models

SEQUENCES = {"change_set_closed": 1, "customer_number": 1001}
"""Each sequence with the number that it begins with."""


class Sequence(models.Model):
    """Where a sequence stands on a database that has none of its own."""

    name = models.CharField(max_length=50, primary_key=True)
    value = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


def next_values(name: str, count: int = 1, *, using: str = "default") -> list[int]:
    """Draw `count` numbers from the sequence `name`, in rising order."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [f"customer_admin_{name}", count])
            return [row[0] for row in cursor.fetchall()]
        table = connection.ops.quote_name(Sequence._meta.db_table)
        cursor.execute(
            f"INSERT INTO {table} (name, value) VALUES (%s, %s) "
            f"ON CONFLICT (name) DO UPDATE SET value = {table}.value + %s RETURNING value",
            [name, SEQUENCES[name] - 1 + count, count],
        )
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))
