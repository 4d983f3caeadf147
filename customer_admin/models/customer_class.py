"""Customer classes: what customers of one sort have in common."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .history import Tracked

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class InvoiceLayout(models.TextChoices):
    REGULAR = "regular", _("Regular")
    SERVICES = "services", _("Services")
    BUSINESS = "business", _("Business")
    BUSINESS_2 = "business_2", _("Business 2")


class CustomerClass(Tracked):
    """Discounts and layouts are facts that a shop or till reads; nothing is priced here."""

    class Kind(models.TextChoices):
        RETAIL = "retail", _("Retail")
        WHOLESALE = "wholesale", _("Wholesale")
        DISTRIBUTOR = "distributor", _("Distributor")
        CLUB = "club", _("Club")

    name = models.CharField(_("name"), max_length=100)
    code = models.SlugField(
        _("code"),
        max_length=30,
        unique=True,
        help_text=_("Short name for imports and other programs: letters, digits and hyphens."),
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices, default=Kind.RETAIL)
    invoice_layout = models.CharField(
        _("invoice layout"), max_length=10, choices=InvoiceLayout.choices, default=InvoiceLayout.REGULAR
    )
    discount_percent = models.DecimalField(
        _("discount %"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    case_discount_percent = models.DecimalField(
        _("case discount %"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    free_tastings = models.PositiveSmallIntegerField(
        _("free tastings"), default=0, help_text=_("How many tastings a customer of this class has free.")
    )
    tax_exempt_by_default = models.BooleanField(_("tax exempt by default"), default=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("An inactive class stays with its customers but can't be chosen anew.")
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("New customers get this class. Choosing it here takes it from the other."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    untracked_fields = ("updated_at",)

    class Meta(Tracked.Meta):
        verbose_name = _("customer class")
        verbose_name_plural = _("customer classes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="customer_admin_one_default_class"
            ),
        ]

    def __str__(self) -> str:
        return self.name
