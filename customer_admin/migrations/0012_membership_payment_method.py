"""Notes with which payment method a club is paid."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0011_export_customer"),
    ]

    operations = [
        migrations.AddField(
            model_name="clubmembership",
            name="payment_method",
            field=models.ForeignKey(
                blank=True,
                help_text="What the club is paid with.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="club_memberships",
                to="customer_admin.savedpaymentmethod",
                verbose_name="payment method",
            ),
        ),
        migrations.AddField(
            model_name="historicalclubmembership",
            name="payment_method",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="What the club is paid with.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.savedpaymentmethod",
                verbose_name="payment method",
            ),
        ),
    ]
