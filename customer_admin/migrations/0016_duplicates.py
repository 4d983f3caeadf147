"""Makes room for finding duplicates, and fills the keys of the customers and addresses that are there."""

from itertools import islice

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from customer_admin.models.match_keys import name_key, phone_key, place_key
from customer_admin.models.search_texts import parts_of

BATCH = 5000


def fill(apps, schema_editor):
    Customer, Address = apps.get_model("customer_admin", "Customer"), apps.get_model("customer_admin", "Address")
    customers = ((*_keys_of(text), pk) for pk, text in _rows(Customer, "search_text"))
    sql = "UPDATE customer_admin_customer SET name_key = %s, phone_key = %s WHERE id = %s"
    _write(schema_editor.connection, sql, customers)
    places = ((place_key(line1, code), pk) for pk, line1, code in _rows(Address, "line1", "postal_code"))
    sql = "UPDATE customer_admin_address SET place_key = %s WHERE id = %s"
    _write(schema_editor.connection, sql, (row for row in places if row[0] is not None))
    if schema_editor.connection.vendor == "postgresql":
        # A row that was written twice has its keys checked again, which must be over before an index is made.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _keys_of(search_text):
    parts = parts_of(search_text)
    return name_key(parts["first_name"], parts["last_name"], parts["company"]), phone_key(parts["phone"])


def _rows(model, *names):
    last = 0
    while batch := list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", *names)[:BATCH]):
        last = batch[-1][0]
        yield from batch


def _write(connection, sql, values):
    while batch := list(islice(values, BATCH)):
        with connection.cursor() as cursor:
            cursor.executemany(sql, batch)


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0015_locked_logins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateDismissal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dismissed_by_label", models.CharField(blank=True, max_length=255, verbose_name="decided by")),
                ("dismissed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "decision about duplicates",
                "verbose_name_plural": "decisions about duplicates",
                "ordering": ["-dismissed_at", "-pk"],
                "permissions": [
                    ("decide_duplicates", "Can say that customers are not duplicates, and look for duplicates")
                ],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("certainty", models.FloatField(verbose_name="certainty")),
                (
                    "level",
                    models.CharField(
                        choices=[("certain", "Certain"), ("likely", "Likely"), ("possible", "Possible")],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="found")),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "ordering": ["-certainty", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("started_by_label", models.CharField(blank=True, max_length=255, verbose_name="started by")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started")),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("progress", models.FloatField(default=0)),
                ("customers", models.PositiveIntegerField(default=0, verbose_name="customers")),
                ("pairs", models.PositiveIntegerField(default=0, verbose_name="pairs")),
                ("learned", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("looked_until", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "search for duplicates",
                "verbose_name_plural": "searches for duplicates",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalDuplicateDismissal",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("dismissed_by_label", models.CharField(blank=True, max_length=255, verbose_name="decided by")),
                ("dismissed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical decision about duplicates",
                "verbose_name_plural": "historical decisions about duplicates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="address",
            name="place_key",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="name_key",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_key",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="duplicatedismissal",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="duplicatedismissal",
            name="dismissed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="duplicatedismissal",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="not the same as",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="first",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="other customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalduplicatedismissal",
            name="change_set",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customer_admin.changeset",
            ),
        ),
        migrations.AddField(
            model_name="historicalduplicatedismissal",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalduplicatedismissal",
            name="dismissed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="historicalduplicatedismissal",
            name="other",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.customer",
                verbose_name="not the same as",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatedismissal",
            constraint=models.UniqueConstraint(fields=("customer", "other"), name="customer_admin_dismissed_once"),
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(fields=["-certainty", "id"], name="customer_admin_by_certainty"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="customer_admin_one_pair"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="customer_admin_pair_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalduplicatedismissal",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_5ac211_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalduplicatedismissal",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__174181_idx"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(
                condition=models.Q(("place_key__isnull", False)),
                fields=["place_key"],
                include=("customer",),
                name="customer_admin_by_place_key",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None), ("name_key__isnull", False)),
                fields=["name_key"],
                name="customer_admin_by_name_key",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None), ("phone_key__isnull", False)),
                fields=["phone_key"],
                name="customer_admin_by_phone_key",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None), ("birth_date__isnull", False)),
                fields=["birth_date"],
                name="customer_admin_by_birth_date",
            ),
        ),
    ]
