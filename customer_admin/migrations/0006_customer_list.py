"""Makes room for searching, sorting and filtering the list of customers, and fills it for those who are there."""

from itertools import groupby, islice

import django.db.models.functions.text
from django.db import migrations, models

import customer_admin.models.kept
from customer_admin.models.keys import digits_of, folded
from customer_admin.models.search_texts import places_of, search_text_of

BATCH = 5000
GIN = "gin ({column} gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 64)"


def fill(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:  # Making it anew is much faster than changing each of its rows.
        schema_editor.execute("DROP INDEX IF EXISTS customer_admin_search")
    _fill_texts(apps, schema_editor.connection)
    _fill_places(apps, schema_editor.connection)
    # Orders that were cancelled or refunded do not count.
    schema_editor.execute(
        "UPDATE customer_admin_customer SET last_order_at = (SELECT MAX(o.placed_at) FROM customer_admin_order o "
        "WHERE o.customer_id = customer_admin_customer.id AND o.status IN ('open', 'completed')) "
        "WHERE EXISTS (SELECT 1 FROM customer_admin_order o WHERE o.customer_id = customer_admin_customer.id)"
    )
    if postgresql:
        # A row that was written twice has its keys checked again, which must be over before an index is made.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name, column in (("search", "search_text"), ("places", "places")):
            index = GIN.format(column=column)
            schema_editor.execute(f"CREATE INDEX customer_admin_{name} ON customer_admin_customer USING {index}")
        # Read backwards it gives who ordered last, and those who never did at the end.
        schema_editor.execute(
            "CREATE INDEX customer_admin_by_order ON customer_admin_customer (last_order_at NULLS FIRST, id) "
            "WHERE merged_into_id IS NULL"
        )


def _fill_texts(apps, connection):
    Customer = apps.get_model("customer_admin", "Customer")
    names = ["number", "first_name", "last_name", "company", "email", "account_number", "phone"]
    sql = "UPDATE customer_admin_customer SET search_text = %s, sort_company = %s, sort_email = %s WHERE id = %s"

    def values_of(row):
        key, phone, values = row["pk"], digits_of(row["phone"]), {name: folded(row[name]) for name in names[:-1]}
        text = search_text_of({**values, "phone": phone})
        return text, values["company"][:200] or None, values["email"][:254] or None, key

    _write(connection, sql, map(values_of, _in_order(Customer, "pk", names)))


def _fill_places(apps, connection):
    rows = _in_order(apps.get_model("customer_admin", "Address"), "customer_id", ["pk", "postal_code", "city"])
    groups = groupby(rows, lambda row: row["customer_id"])
    values = ((places_of((row["postal_code"], row["city"]) for row in addresses), key) for key, addresses in groups)
    _write(connection, "UPDATE customer_admin_customer SET places = %s WHERE id = %s", values)


def _in_order(model, key, names):
    """All rows as dicts, with whole groups of one key in each batch, so that none is read while it is written."""
    last = None
    while True:
        rows = model.objects.order_by(key, "pk")
        if last is not None:
            rows = rows.filter(**{f"{key}__gt": last})
        batch = list(rows.values(key, *names)[:BATCH])
        if not batch:
            return
        last = batch[-1][key]
        if key != "pk":
            batch = [row for row in batch if row[key] != last]
            batch += rows.filter(**{key: last}).values(key, *names)
        yield from batch


def _write(connection, sql, values):
    values = iter(values)
    while batch := list(islice(values, BATCH)):
        with connection.cursor() as cursor:
            cursor.executemany(sql, batch)


class Migration(migrations.Migration):
    dependencies = [("customer_admin", "0005_note_acknowledgements")]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_admin_by_name",
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_admin_by_age",
        ),
        migrations.AddField(
            model_name="customer",
            name="last_order_at",
            field=customer_admin.models.kept.KeptDateTimeField(editable=False, null=True, verbose_name="last order"),
        ),
        migrations.AddField(
            model_name="customer",
            name="places",
            field=customer_admin.models.kept.KeptTextField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="customer",
            name="sort_company",
            field=models.CharField(editable=False, max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="sort_email",
            field=models.CharField(editable=False, max_length=254, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="accountnote",
            index=models.Index(
                condition=models.Q(("alert_clerk", True)), fields=["customer"], name="customer_admin_alerts"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None)), fields=["sort_name", "id"], name="customer_admin_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                django.db.models.functions.text.Length("number"),
                models.F("number"),
                models.F("id"),
                condition=models.Q(("merged_into", None)),
                name="customer_admin_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None)),
                fields=["sort_company", "id"],
                name="customer_admin_by_company",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None)), fields=["sort_email", "id"], name="customer_admin_by_email"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None)), fields=["created_at", "id"], name="customer_admin_by_age"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("tax_exempt", True)), fields=["tax_exempt_until"], name="customer_admin_tax_exempt"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("notify_account", False)), fields=["id"], name="customer_admin_no_notices"
            ),
        ),
        migrations.AddIndex(
            model_name="portallogin",
            index=models.Index(
                condition=models.Q(("is_enabled", False)), fields=["customer"], name="customer_admin_disabled"
            ),
        ),
    ]
