"""Adds the permission to export customers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customer_admin", "0010_order_addresses")]

    operations = [
        migrations.AlterModelOptions(
            name="customer",
            options={
                "base_manager_name": "all_objects",
                "ordering": ["sort_name", "pk"],
                "permissions": [
                    ("import_customer", "Can import customers and orders"),
                    ("export_customer", "Can export customers"),
                ],
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
    ]
