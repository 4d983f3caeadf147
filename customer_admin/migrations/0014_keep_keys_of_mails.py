"""Lets the log of mails keep whom a mail was about when that is deleted, so that a restore finds it again."""

import django.db.models.deletion
from django.db import migrations

import customer_admin.models.kept_keys


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0013_permissions_of_existing_groups"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outgoingemail",
            name=name,
            field=customer_admin.models.kept_keys.KeptForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name=related_name,
                to=f"customer_admin.{model}",
            ),
        )
        for name, related_name, model in (
            ("customer", "outgoing_emails", "customer"),
            ("linked_email", "+", "linkedemail"),
            ("login", "+", "portallogin"),
        )
    ]
