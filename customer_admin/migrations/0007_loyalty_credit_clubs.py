"""Keeps loyalty, store credit and clubs, each with its history."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import customer_admin.models.entries


class Migration(migrations.Migration):
    dependencies = [
        ("customer_admin", "0006_customer_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Club",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "tiers",
                    models.TextField(
                        blank=True,
                        help_text="One on each line, such as Silver and Gold. Empty: members have no tier, or any.",
                        verbose_name="tiers",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="An inactive club keeps its members and takes no new ones.",
                        verbose_name="active",
                    ),
                ),
            ],
            options={
                "verbose_name": "club",
                "verbose_name_plural": "clubs",
                "ordering": ["name", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CreditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("author_label", models.CharField(blank=True, editable=False, max_length=255, verbose_name="author")),
                (
                    "on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        validators=[customer_admin.models.entries.validate_has_come],
                        verbose_name="date",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "Deposit"),
                            ("adjustment", "Adjustment"),
                            ("redemption", "Redemption"),
                            ("hold", "Put on hold"),
                            ("release", "Released from hold"),
                            ("capture", "Taken from hold"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                (
                    "on_hold",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="on hold"),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}\\Z", "Enter the three letters of the currency, such as USD."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "counters",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="countered_by",
                        to="customer_admin.creditentry",
                        verbose_name="counters",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credit_entries",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "store credit entry",
                "verbose_name_plural": "store credit entries",
                "ordering": ["-on", "-pk"],
                "abstract": False,
                "default_permissions": ("view", "add"),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HistoricalClub",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "tiers",
                    models.TextField(
                        blank=True,
                        help_text="One on each line, such as Silver and Gold. Empty: members have no tier, or any.",
                        verbose_name="tiers",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="An inactive club keeps its members and takes no new ones.",
                        verbose_name="active",
                    ),
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
            ],
            options={
                "verbose_name": "historical club",
                "verbose_name_plural": "historical clubs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalClubMembership",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("tier", models.CharField(blank=True, max_length=100, verbose_name="tier")),
                ("since", models.DateField(default=django.utils.timezone.localdate, verbose_name="since")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("on_hold", "On hold"), ("cancelled", "Cancelled")],
                        default="active",
                        editable=False,
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("on_hold_until", models.DateField(blank=True, null=True, verbose_name="on hold until")),
                ("cancelled_on", models.DateField(blank=True, editable=False, null=True, verbose_name="cancelled on")),
                ("cancel_reason", models.CharField(blank=True, max_length=500, verbose_name="reason for leaving")),
                (
                    "delivery_method",
                    models.CharField(
                        blank=True,
                        choices=[("pickup", "Pick-up"), ("ship", "Shipping"), ("local", "Local delivery")],
                        max_length=6,
                        verbose_name="delivery method",
                    ),
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
                    "club",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.club",
                        verbose_name="club",
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
                "verbose_name": "historical club membership",
                "verbose_name_plural": "historical club memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCreditEntry",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("author_label", models.CharField(blank=True, editable=False, max_length=255, verbose_name="author")),
                (
                    "on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        validators=[customer_admin.models.entries.validate_has_come],
                        verbose_name="date",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "Deposit"),
                            ("adjustment", "Adjustment"),
                            ("redemption", "Redemption"),
                            ("hold", "Put on hold"),
                            ("release", "Released from hold"),
                            ("capture", "Taken from hold"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                (
                    "on_hold",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="on hold"),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}\\Z", "Enter the three letters of the currency, such as USD."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
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
                    "counters",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.creditentry",
                        verbose_name="counters",
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
                "verbose_name": "historical store credit entry",
                "verbose_name_plural": "historical store credit entries",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LoyaltyEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("author_label", models.CharField(blank=True, editable=False, max_length=255, verbose_name="author")),
                (
                    "on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        validators=[customer_admin.models.entries.validate_has_come],
                        verbose_name="date",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("free_tasting", "Free tasting"),
                            ("sample", "Sample"),
                            ("donation", "Donation"),
                            ("points", "Points"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "quantity",
                    models.IntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(-1000000),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="quantity",
                    ),
                ),
                ("product_or_cause", models.CharField(blank=True, max_length=200, verbose_name="product or cause")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "counters",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="countered_by",
                        to="customer_admin.loyaltyentry",
                        verbose_name="counters",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="loyalty_entries",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "loyalty entry",
                "verbose_name_plural": "loyalty entries",
                "ordering": ["-on", "-pk"],
                "abstract": False,
                "default_permissions": ("view", "add"),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HistoricalLoyaltyEntry",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_changed", models.TextField(default="", editable=False)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("author_label", models.CharField(blank=True, editable=False, max_length=255, verbose_name="author")),
                (
                    "on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        validators=[customer_admin.models.entries.validate_has_come],
                        verbose_name="date",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("free_tasting", "Free tasting"),
                            ("sample", "Sample"),
                            ("donation", "Donation"),
                            ("points", "Points"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "quantity",
                    models.IntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(-1000000),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="quantity",
                    ),
                ),
                ("product_or_cause", models.CharField(blank=True, max_length=200, verbose_name="product or cause")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("history_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
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
                (
                    "counters",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customer_admin.loyaltyentry",
                        verbose_name="counters",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical loyalty entry",
                "verbose_name_plural": "historical loyalty entries",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ClubMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.CharField(blank=True, max_length=100, verbose_name="tier")),
                ("since", models.DateField(default=django.utils.timezone.localdate, verbose_name="since")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("on_hold", "On hold"), ("cancelled", "Cancelled")],
                        default="active",
                        editable=False,
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("on_hold_until", models.DateField(blank=True, null=True, verbose_name="on hold until")),
                ("cancelled_on", models.DateField(blank=True, editable=False, null=True, verbose_name="cancelled on")),
                ("cancel_reason", models.CharField(blank=True, max_length=500, verbose_name="reason for leaving")),
                (
                    "delivery_method",
                    models.CharField(
                        blank=True,
                        choices=[("pickup", "Pick-up"), ("ship", "Shipping"), ("local", "Local delivery")],
                        max_length=6,
                        verbose_name="delivery method",
                    ),
                ),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="customer_admin.club",
                        verbose_name="club",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="club_memberships",
                        to="customer_admin.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "club membership",
                "verbose_name_plural": "club memberships",
                "ordering": ["-since", "-pk"],
                "abstract": False,
                "default_permissions": ("view", "add", "change"),
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["club", "status"], name="customer_admin_members_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["active", "on_hold"])),
                        fields=("customer", "club"),
                        name="customer_admin_one_membership",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="creditentry",
            index=models.Index(fields=["customer", "-on", "-id"], name="customer_admin_credit_of"),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), _negated=True), models.Q(("on_hold", 0), _negated=True), _connector="OR"
                ),
                name="customer_admin_credit_is_some",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalclub",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_af530d_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalclub",
            index=models.Index(fields=["change_set", "id"], name="customer_ad_change__f4a0e5_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalclubmembership",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_f0cea6_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalclubmembership",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__7185d5_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcreditentry",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_40fa47_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcreditentry",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__f285f7_idx"),
        ),
        migrations.AddIndex(
            model_name="loyaltyentry",
            index=models.Index(fields=["customer", "-on", "-id"], name="customer_admin_loyalty_of"),
        ),
        migrations.AddConstraint(
            model_name="loyaltyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", 0), _negated=True), name="customer_admin_loyalty_is_some"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalloyaltyentry",
            index=models.Index(fields=["id", "-history_id"], name="customer_ad_id_f2b1a9_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalloyaltyentry",
            index=models.Index(fields=["change_set", "customer_id"], name="customer_ad_change__e06c12_idx"),
        ),
    ]
