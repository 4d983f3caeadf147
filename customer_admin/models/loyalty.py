"""What customers are given for their loyalty: free tastings, samples, donations in their name, points."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .entries import CounteredEntry

LARGEST = 1_000_000
"""More than anybody means; what is typed beyond it is a slip."""


class LoyaltyEntry(CounteredEntry):
    """So many of one kind. Tastings are granted (above zero) and used (below), points are earned and spent alike;
    samples and donations are counted as they are given."""

    class Kind(models.TextChoices):
        FREE_TASTING = "free_tasting", gettext_lazy("Free tasting")
        SAMPLE = "sample", gettext_lazy("Sample")
        DONATION = "donation", gettext_lazy("Donation")
        POINTS = "points", gettext_lazy("Points")

    GIVEN = frozenset({Kind.SAMPLE, Kind.DONATION})
    """The kinds that are never taken, only countered."""

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=gettext_lazy("customer"),
        on_delete=models.CASCADE,
        related_name="loyalty_entries",
        db_index=False,
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=12, choices=Kind.choices)
    quantity = models.IntegerField(
        gettext_lazy("quantity"), validators=[MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)]
    )
    product_or_cause = models.CharField(gettext_lazy("product or cause"), max_length=200, blank=True)
    note = models.TextField(gettext_lazy("note"), blank=True)

    negated_fields = ("quantity",)

    class Meta(CounteredEntry.Meta):
        verbose_name = gettext_lazy("loyalty entry")
        verbose_name_plural = gettext_lazy("loyalty entries")
        ordering = ["-on", "-pk"]
        default_permissions = ("view", "add")
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="customer_admin_loyalty_of")]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="customer_admin_loyalty_is_some")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity:+d}"

    def clean(self) -> None:
        super().clean()
        if self.quantity == 0:
            raise ValidationError({"quantity": _("Say how many: 0 changes nothing.")})
        is_taken = isinstance(self.quantity, int) and self.quantity < 0
        if is_taken and self.counters_id is None and self.kind in self.GIVEN:
            raise ValidationError(
                {"quantity": _("Samples and donations are counted as they are given. Counter a wrong entry instead.")}
            )
