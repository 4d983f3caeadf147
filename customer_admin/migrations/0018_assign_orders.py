"""Adds the permission to assign orders, for managers, and finds linked e-mails by their address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0017_merges"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="order",
            options={
                "base_manager_name": "objects",
                "ordering": ["-placed_at", "-pk"],
                "permissions": [("assign_order", "Can assign orders to customers")],
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.AddIndex(
            model_name="linkedemail",
            index=models.Index(fields=["email_key"], name="customer_admin_by_linked_email"),
        ),
    ]
