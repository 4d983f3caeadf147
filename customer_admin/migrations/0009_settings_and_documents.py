"""Adds what a site may require of its customers, and the documents of tax exemptions."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import customer_admin.models.choice_lists
import customer_admin.models.site_settings


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0008_payment_methods_and_linked_emails"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("content_type", models.CharField(max_length=50)),
                ("size", models.PositiveIntegerField()),
                ("stored_as", models.CharField(max_length=100, unique=True)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "tax document",
                "verbose_name_plural": "tax documents",
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="customeradminsettings",
            name="default_class",
            field=models.ForeignKey(
                blank=True,
                help_text="New customers of this site get it. For all sites it is the class that is marked as default.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customer_admin.customerclass",
                verbose_name="default class",
            ),
        ),
        migrations.AddField(
            model_name="customeradminsettings",
            name="payment_methods_title",
            field=models.CharField(
                blank=True,
                default=customer_admin.models.site_settings.usual_title_of_payment_methods,
                help_text="What the tab with cards and bank accounts is called on the page of a customer.",
                max_length=50,
                verbose_name="title of the payment methods",
            ),
        ),
        migrations.AddField(
            model_name="customeradminsettings",
            name="required_for_customers",
            field=customer_admin.models.choice_lists.ChoiceListField(
                blank=True,
                default=tuple,
                help_text="What customers who edit their own data can't leave out.",
                verbose_name="required of customers",
            ),
        ),
        migrations.AddField(
            model_name="customeradminsettings",
            name="required_for_staff",
            field=customer_admin.models.choice_lists.ChoiceListField(
                blank=True,
                default=tuple,
                help_text="No new customer is taken without these, and of customers who are there none can be emptied.",
                verbose_name="required of staff",
            ),
        ),
        migrations.AddField(
            model_name="customeradminsettings",
            name="warnings_hold_back",
            field=models.BooleanField(
                default=False,
                help_text="They cover an order until they are acknowledged, as a “Stop” always does.",
                verbose_name="warnings hold back an order, too",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomeradminsettings",
            name="default_class",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="New customers of this site get it. For all sites it is the class that is marked as default.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.customerclass",
                verbose_name="default class",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomeradminsettings",
            name="payment_methods_title",
            field=models.CharField(
                blank=True,
                default=customer_admin.models.site_settings.usual_title_of_payment_methods,
                help_text="What the tab with cards and bank accounts is called on the page of a customer.",
                max_length=50,
                verbose_name="title of the payment methods",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomeradminsettings",
            name="required_for_customers",
            field=customer_admin.models.choice_lists.ChoiceListField(
                blank=True,
                default=tuple,
                help_text="What customers who edit their own data can't leave out.",
                verbose_name="required of customers",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomeradminsettings",
            name="required_for_staff",
            field=customer_admin.models.choice_lists.ChoiceListField(
                blank=True,
                default=tuple,
                help_text="No new customer is taken without these, and of customers who are there none can be emptied.",
                verbose_name="required of staff",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomeradminsettings",
            name="warnings_hold_back",
            field=models.BooleanField(
                default=False,
                help_text="They cover an order until they are acknowledged, as a “Stop” always does.",
                verbose_name="warnings hold back an order, too",
            ),
        ),
        migrations.AlterField(
            model_name="customer",
            name="tax_exempt_until",
            field=models.DateField(
                blank=True,
                help_text="The last day on which the certificate counts.",
                null=True,
                verbose_name="valid until",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcustomer",
            name="tax_exempt_until",
            field=models.DateField(
                blank=True,
                help_text="The last day on which the certificate counts.",
                null=True,
                verbose_name="valid until",
            ),
        ),
        migrations.AddIndex(
            model_name="accountnote",
            index=models.Index(
                condition=models.Q(("alert_clerk", True)), fields=["-created_at"], name="customer_admin_newest_alerts"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(
                condition=models.Q(("status", "failed")), fields=["-created_at"], name="customer_admin_mail_failed"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="tax_exempt_document",
            field=models.ForeignKey(
                blank=True,
                help_text="The certificate as PDF, PNG or JPEG. Only staff who may see it can open it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="customers",
                to="customer_admin.taxdocument",
                verbose_name="document",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="tax_exempt_document",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The certificate as PDF, PNG or JPEG. Only staff who may see it can open it.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customer_admin.taxdocument",
                verbose_name="document",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", True)),
                fields=["customer_class"],
                name="customer_admin_living_by_class",
            ),
        ),
    ]
