"""Keeps the addresses of an order as they were printed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0009_settings_and_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalorder",
            name="billing_address",
            field=models.TextField(blank=True, verbose_name="billing address"),
        ),
        migrations.AddField(
            model_name="historicalorder",
            name="shipping_address",
            field=models.TextField(blank=True, verbose_name="shipping address"),
        ),
        migrations.AddField(
            model_name="order",
            name="billing_address",
            field=models.TextField(blank=True, verbose_name="billing address"),
        ),
        migrations.AddField(
            model_name="order",
            name="shipping_address",
            field=models.TextField(blank=True, verbose_name="shipping address"),
        ),
    ]
