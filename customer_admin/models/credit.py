"""Store credit: what a customer can spend, and what is reserved of it."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .entries import CounteredEntry

CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", gettext_lazy("Enter the three letters of the currency, such as USD."))


class CreditEntry(CounteredEntry):
    """What one event does to the books, in one currency.

    The balance, which can be spent, is the sum of `amount`; the on-hold balance, which is reserved, that of `on_hold`.
    The kind decides the signs: see `signed`.
    """

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", gettext_lazy("Deposit")
        ADJUSTMENT = "adjustment", gettext_lazy("Adjustment")
        REDEMPTION = "redemption", gettext_lazy("Redemption")
        HOLD = "hold", gettext_lazy("Put on hold")
        RELEASE = "release", gettext_lazy("Released from hold")
        CAPTURE = "capture", gettext_lazy("Taken from hold")

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=gettext_lazy("customer"),
        on_delete=models.CASCADE,
        related_name="credit_entries",
        db_index=False,
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices)
    amount = models.DecimalField(gettext_lazy("amount"), max_digits=14, decimal_places=2)
    on_hold = models.DecimalField(gettext_lazy("on hold"), max_digits=14, decimal_places=2, default=Decimal(0))
    currency = models.CharField(gettext_lazy("currency"), max_length=3, validators=[CURRENCY])

    negated_fields = ("amount", "on_hold")

    class Meta(CounteredEntry.Meta):
        verbose_name = gettext_lazy("store credit entry")
        verbose_name_plural = gettext_lazy("store credit entries")
        ordering = ["-on", "-pk"]
        default_permissions = ("view", "add")
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="customer_admin_credit_of")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0) | ~Q(on_hold=0), name="customer_admin_credit_is_some")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {_signed(self.amount or self.on_hold)} {self.currency}"

    @classmethod
    def signed(cls, kind: str, value: Decimal) -> tuple[Decimal, Decimal]:
        """What an event of this kind and size does to the balance and to the on-hold balance.

        A hold moves from the balance to the on-hold balance and a release back; a capture takes what is on hold.
        """
        nothing = Decimal(0)
        return {
            cls.Kind.REDEMPTION: (-value, nothing),
            cls.Kind.HOLD: (-value, value),
            cls.Kind.RELEASE: (value, -value),
            cls.Kind.CAPTURE: (nothing, -value),
        }.get(cls.Kind(kind), (value, nothing))

    def clean(self) -> None:
        super().clean()
        if not self.amount and not self.on_hold:
            raise ValidationError({"amount": _("Say how much: 0 changes nothing.")})


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{number_format(value, 2, force_grouping=True)}"
