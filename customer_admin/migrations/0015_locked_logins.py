"""Counts wrong passwords of portal logins, and locks those that had too many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0014_keep_keys_of_mails"),
    ]

    operations = [
        migrations.AddField(
            model_name="portallogin",
            name="failed_sign_ins",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="wrong passwords in a row"
            ),
        ),
        migrations.AddField(
            model_name="portallogin",
            name="last_failed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last wrong password"),
        ),
        migrations.AddField(
            model_name="portallogin",
            name="locked_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="locked until"),
        ),
        migrations.AddIndex(
            model_name="portallogin",
            index=models.Index(
                condition=models.Q(("locked_until__isnull", False)),
                fields=["locked_until", "customer"],
                name="customer_admin_locked",
            ),
        ),
    ]
