"""Payment methods, linked e-mails, and what was sent with each mail.

On PostgreSQL mails are found by any part of an address through a trigram index, as customers are by any part of a word.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.db import migrations, models

import customer_admin.models.account_numbers
import customer_admin.models.keys


def create_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX customer_admin_mail_search ON customer_admin_outgoingemail "
            "USING gin (UPPER(to_address::text) gin_trgm_ops)"
        )


def remove_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX customer_admin_mail_search")


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0007_loyalty_credit_clubs"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedPaymentMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("card", "Card"), ("bank_account", "Bank account")],
                        default="card",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="What you call it, such as “business card”.",
                        max_length=100,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="label",
                    ),
                ),
                (
                    "processor",
                    models.CharField(
                        blank=True,
                        help_text="Who has the number and charges it.",
                        max_length=50,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="processor",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        help_text="The processor's own reference. Never the number of the card or the account.",
                        max_length=255,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="token",
                    ),
                ),
                (
                    "brand",
                    models.CharField(
                        blank=True,
                        max_length=50,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="brand or bank",
                    ),
                ),
                (
                    "last_four",
                    models.CharField(
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{4}\\Z", "Type the last four digits, and no more."
                            )
                        ],
                        verbose_name="last four digits",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="holder",
                    ),
                ),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which a card is good; that of its month.",
                        null=True,
                        verbose_name="expires",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "payment method",
                "verbose_name_plural": "payment methods",
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AlterModelOptions(
            name="outgoingemail",
            options={
                "default_permissions": ("view",),
                "ordering": ["-pk"],
                "permissions": [("resend_outgoingemail", "Can send e-mails again")],
                "verbose_name": "e-mail",
                "verbose_name_plural": "e-mails",
            },
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="asked_by",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="keeps_address",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="sent_html",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="sent_text",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="outgoingemail",
            name="skip_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("login_gone", "The login was deleted"),
                    ("login_disabled", "The login was disabled"),
                    ("portal_off", "The portal is off"),
                    ("linked_email_gone", "The linked e-mail was removed"),
                    ("address_changed", "The address was changed before it was sent"),
                    ("already_verified", "The address was verified already"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="HistoricalLinkedEmail",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("email", customer_admin.models.keys.EmailAddressField(max_length=254, verbose_name="e-mail")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Whose it is, such as “bookkeeping”.",
                        max_length=100,
                        verbose_name="label",
                    ),
                ),
                ("gets_account", models.BooleanField(default=True, verbose_name="account notifications")),
                ("gets_orders", models.BooleanField(default=False, verbose_name="order notifications")),
                ("gets_clubs", models.BooleanField(default=False, verbose_name="club notifications")),
                ("verified_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="verified")),
                ("verified_key", models.CharField(blank=True, editable=False, max_length=1000)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer_admin.changeset",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical linked e-mail",
                "verbose_name_plural": "historical linked e-mails",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSavedPaymentMethod",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("card", "Card"), ("bank_account", "Bank account")],
                        default="card",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="What you call it, such as “business card”.",
                        max_length=100,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="label",
                    ),
                ),
                (
                    "processor",
                    models.CharField(
                        blank=True,
                        help_text="Who has the number and charges it.",
                        max_length=50,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="processor",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        help_text="The processor's own reference. Never the number of the card or the account.",
                        max_length=255,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="token",
                    ),
                ),
                (
                    "brand",
                    models.CharField(
                        blank=True,
                        max_length=50,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="brand or bank",
                    ),
                ),
                (
                    "last_four",
                    models.CharField(
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{4}\\Z", "Type the last four digits, and no more."
                            )
                        ],
                        verbose_name="last four digits",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[customer_admin.models.account_numbers.validate_no_account_number],
                        verbose_name="holder",
                    ),
                ),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which a card is good; that of its month.",
                        null=True,
                        verbose_name="expires",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "billing_address",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.address",
                        verbose_name="billing address",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer_admin.changeset",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical payment method",
                "verbose_name_plural": "historical payment methods",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LinkedEmail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", customer_admin.models.keys.EmailAddressField(max_length=254, verbose_name="e-mail")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Whose it is, such as “bookkeeping”.",
                        max_length=100,
                        verbose_name="label",
                    ),
                ),
                ("gets_account", models.BooleanField(default=True, verbose_name="account notifications")),
                ("gets_orders", models.BooleanField(default=False, verbose_name="order notifications")),
                ("gets_clubs", models.BooleanField(default=False, verbose_name="club notifications")),
                ("verified_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="verified")),
                ("verified_key", models.CharField(blank=True, editable=False, max_length=1000)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                ("email_key", models.CharField(editable=False, max_length=1000)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_emails",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "linked e-mail",
                "verbose_name_plural": "linked e-mails",
                "ordering": ["created_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="linked_email",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="customer_admin.linkedemail",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(fields=["-created_at", "-id"], name="customer_admin_mail_newest"),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(fields=["status", "-created_at", "-id"], name="customer_admin_mail_status"),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(fields=["kind", "-created_at", "-id"], name="customer_admin_mail_kind"),
        ),
        migrations.AddField(
            model_name="savedpaymentmethod",
            name="billing_address",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="payment_methods",
                to="customer_admin.address",
                verbose_name="billing address",
            ),
        ),
        migrations.AddField(
            model_name="savedpaymentmethod",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="payment_methods",
                to="customer_admin.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddIndex(
            model_name="historicallinkedemail",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_8298e1_idx"),
        ),
        migrations.AddIndex(
            model_name="historicallinkedemail",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__ded554_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalsavedpaymentmethod",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_3f4746_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalsavedpaymentmethod",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__b15462_idx"),
        ),
        migrations.AddConstraint(
            model_name="linkedemail",
            constraint=models.UniqueConstraint(
                fields=("customer", "email_key"),
                name="customer_admin_linked_email_once",
                violation_error_message="This address is linked to this customer already. Edit that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedpaymentmethod",
            constraint=models.UniqueConstraint(
                fields=("customer", "processor", "token"),
                name="customer_admin_payment_method_once",
                violation_error_message="This customer has a payment method with this token already.",
            ),
        ),
        migrations.RunPython(create_search, remove_search),
    ]
