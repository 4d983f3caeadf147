"""Orders as a shop or till reports them. Nothing is sold here."""

from decimal import Decimal

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from .customer_class import PERCENT, InvoiceLayout
from .history import Tracked
from .keys import EmailAddressField


class Order(Tracked):
    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        REFUNDED = "refunded", _("Refunded")

    STATUSES_THAT_COUNT = (Status.OPEN, Status.COMPLETED)

    number = models.CharField(_("number"), max_length=50, unique=True)
    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
        db_index=False,
    )
    email = EmailAddressField(_("e-mail"), blank=True)
    placed_at = models.DateTimeField(_("placed"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.COMPLETED)
    channel = models.CharField(_("channel"), max_length=50, blank=True)
    invoice_layout = models.CharField(_("invoice layout"), max_length=10, choices=InvoiceLayout.choices, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    shipping = models.DecimalField(_("shipping"), max_digits=12, decimal_places=2, default=Decimal(0))
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    # As the shop printed them on that day: what becomes of the customer's addresses since does not change them.
    billing_address = models.TextField(_("billing address"), blank=True)
    shipping_address = models.TextField(_("shipping address"), blank=True)

    customer_path = "customer_id"
    kept_on_customer = {"last_order_at": frozenset({"customer", "placed_at", "status"})}

    class Meta(Tracked.Meta):
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-pk"]
        permissions = [("assign_order", "Can assign orders to customers")]
        indexes = [
            models.Index(fields=["customer", "-placed_at", "-id"], name="customer_admin_orders_of"),
            models.Index(Upper("number"), name="customer_admin_order_number"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(Tracked):
    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("position"), default=1)
    sku = models.CharField(_("SKU"), max_length=50, blank=True)
    description = models.CharField(_("description"), max_length=255, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=Decimal(1))
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    discount_percent = models.DecimalField(
        _("discount %"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )

    customer_path = "order__customer_id"
    hidden_in_history = ("order", "position")

    class Meta(Tracked.Meta):
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position", "pk"]

    def __str__(self) -> str:
        return self.description or self.sku

    @property
    def amount(self) -> Decimal:
        """What the line costs, rounded to cents."""
        amount = self.quantity * self.unit_price * (1 - self.discount_percent / 100)
        return amount.quantize(Decimal("0.01"))
