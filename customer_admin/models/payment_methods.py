"""Saved payment methods: what a payment processor keeps for a customer, and how people tell one from another."""

import calendar
import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .account_numbers import validate_no_account_number
from .addresses import Address
from .history import Tracked

SHOWN_OF_TOKEN = 4


def end_of_month(day: datetime.date) -> datetime.date:
    """The last day of the month of `day`: a card is good until then."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


class SavedPaymentMethod(Tracked):
    """A card or a bank account by the token of the processor that has its number. The number itself is nowhere here.

    Every text refuses a full number. The token is a reference that only the processor's own keys open; it is shown to
    nobody in full all the same.
    """

    class Kind(models.TextChoices):
        CARD = "card", _("Card")
        BANK_ACCOUNT = "bank_account", _("Bank account")

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="payment_methods",
        db_index=False,  # The constraint begins with it.
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.CARD)
    label = models.CharField(
        _("label"),
        max_length=100,
        blank=True,
        validators=[validate_no_account_number],
        help_text=_("What you call it, such as “business card”."),
    )
    processor = models.CharField(
        _("processor"),
        max_length=50,
        blank=True,
        validators=[validate_no_account_number],
        help_text=_("Who has the number and charges it."),
    )
    token = models.CharField(
        _("token"),
        max_length=255,
        validators=[validate_no_account_number],
        help_text=_("The processor's own reference. Never the number of the card or the account."),
    )
    brand = models.CharField(_("brand or bank"), max_length=50, blank=True, validators=[validate_no_account_number])
    last_four = models.CharField(
        _("last four digits"),
        max_length=4,
        validators=[RegexValidator(r"\A[0-9]{4}\Z", _("Type the last four digits, and no more."))],
    )
    holder = models.CharField(_("holder"), max_length=200, blank=True, validators=[validate_no_account_number])
    expires_on = models.DateField(
        _("expires"), null=True, blank=True, help_text=_("The last day on which a card is good; that of its month.")
    )
    billing_address = models.ForeignKey(
        Address,
        verbose_name=_("billing address"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="payment_methods",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    customer_path = "customer_id"
    hidden_in_history = ("customer", "created_at")
    concealed_fields = ("token",)

    class Meta(Tracked.Meta):
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "processor", "token"],
                name="customer_admin_payment_method_once",
                violation_error_message=_("This customer has a payment method with this token already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.label})" if self.label else self.name

    @property
    def name(self) -> str:
        """What people tell it by: "Visa •••• 4242"."""
        return f"{self.brand or self.get_kind_display()} •••• {self.last_four}"

    @property
    def masked_token(self) -> str:
        """The end of a token, enough to compare it with what the processor shows; of a short one nothing."""
        return f"…{self.token[-SHOWN_OF_TOKEN:]}" if len(self.token) >= 3 * SHOWN_OF_TOKEN else "…"

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    def clean(self) -> None:
        """Raise ValidationError for what does not go together. The day of expiry becomes the last one of its month."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.expires_on is not None:
            if self.kind == self.Kind.BANK_ACCOUNT:
                errors["expires_on"] = _("A bank account does not expire. Leave this empty.")
            else:
                self.expires_on = end_of_month(self.expires_on)
        if self.billing_address is not None and self.billing_address.customer_id != self.customer_id:
            errors["billing_address"] = _("This address belongs to another customer. Choose one of this customer's.")
        if errors:
            raise ValidationError(errors)
