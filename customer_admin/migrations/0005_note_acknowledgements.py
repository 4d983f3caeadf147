"""Keeps who acknowledged an alert, and gives existing groups the permission to do so."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

GROUPS = ("Customer staff", "Customer managers")


def grant(apps, schema_editor):
    groups = list(apps.get_model("auth", "Group").objects.filter(name__in=GROUPS))
    if not groups:
        return  # A new installation: its groups are made with all their permissions.
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="customer_admin", model="accountnote"
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="acknowledge_accountnote", defaults={"name": "Can acknowledge alerts"}
    )
    for group in groups:
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0004_tell_of_older_rows"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalNoteAcknowledgement",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("acknowledged_by_label", models.CharField(blank=True, max_length=255, verbose_name="acknowledged by")),
                (
                    "acknowledged_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="acknowledged"),
                ),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical alert acknowledgement",
                "verbose_name_plural": "historical alert acknowledgements",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="NoteAcknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("acknowledged_by_label", models.CharField(blank=True, max_length=255, verbose_name="acknowledged by")),
                (
                    "acknowledged_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="acknowledged"),
                ),
            ],
            options={
                "verbose_name": "alert acknowledgement",
                "verbose_name_plural": "alert acknowledgements",
                "ordering": ["acknowledged_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AlterModelOptions(
            name="accountnote",
            options={
                "base_manager_name": "objects",
                "ordering": ["-is_pinned", "-created_at", "-pk"],
                "permissions": [("acknowledge_accountnote", "Can acknowledge alerts")],
                "verbose_name": "account note",
                "verbose_name_plural": "account notes",
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(django.db.models.functions.text.Upper("number"), name="customer_admin_order_number"),
        ),
        migrations.AddField(
            model_name="historicalnoteacknowledgement",
            name="acknowledged_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="acknowledged by",
            ),
        ),
        migrations.AddField(
            model_name="historicalnoteacknowledgement",
            name="change_set",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customer_admin.changeset",
            ),
        ),
        migrations.AddField(
            model_name="historicalnoteacknowledgement",
            name="note",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.accountnote",
                verbose_name="note",
            ),
        ),
        migrations.AddField(
            model_name="historicalnoteacknowledgement",
            name="order",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.order",
                verbose_name="order",
            ),
        ),
        migrations.AddField(
            model_name="noteacknowledgement",
            name="acknowledged_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="acknowledged by",
            ),
        ),
        migrations.AddField(
            model_name="noteacknowledgement",
            name="note",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="acknowledgements",
                to="customer_admin.accountnote",
                verbose_name="note",
            ),
        ),
        migrations.AddField(
            model_name="noteacknowledgement",
            name="order",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="customer_admin.order",
                verbose_name="order",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalnoteacknowledgement",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_895770_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalnoteacknowledgement",
            index=models.Index(fields=["change_set", "note"], name="customer_ad_change__4e917e_idx"),
        ),
        migrations.AddConstraint(
            model_name="noteacknowledgement",
            constraint=models.UniqueConstraint(
                fields=("note", "order", "acknowledged_by"), name="customer_admin_acknowledged_once"
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
