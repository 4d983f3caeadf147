"""Adds the permission to merge, for managers, and what is noted of rows without history that a merge moved."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0016_duplicates"),
    ]

    operations = [
        migrations.CreateModel(
            name="UntrackedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=200)),
                ("object_key", models.CharField(max_length=255)),
                ("field", models.CharField(max_length=100)),
                ("before", models.CharField(max_length=255)),
                ("after", models.CharField(max_length=255)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="customer",
            options={
                "base_manager_name": "all_objects",
                "ordering": ["sort_name", "pk"],
                "permissions": [
                    ("import_customer", "Can import customers and orders"),
                    ("export_customer", "Can export customers"),
                    ("merge_customer", "Can merge customers"),
                ],
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="customer_admin_not_into_itself",
            ),
        ),
        migrations.AddField(
            model_name="untrackedchange",
            name="change_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="untracked_changes",
                to="customer_admin.changeset",
            ),
        ),
    ]
