"""Billing and shipping addresses of a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from modelcluster.fields import ParentalKey

from .history import Tracked
from .match_keys import place_key


def country_choices() -> list[tuple[str, str]]:
    """Countries by their ISO 3166 alpha-2 code."""
    return [(country.code, country.name) for country in countries]


class Address(Tracked):
    """An address of a customer. Of each kind that there is, exactly one is primary.

    At most one is by the database, at least one by the operations.
    """

    class Kind(models.TextChoices):
        BILLING = "billing", _("Billing")
        SHIPPING = "shipping", _("Shipping")

    customer = ParentalKey("customer_admin.Customer", on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.BILLING)
    is_primary = models.BooleanField(
        _("primary"), default=False, help_text=_("The one that is used when none is named.")
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=country_choices, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    place_key = models.IntegerField(null=True, editable=False)

    customer_path = "customer_id"
    stored_keys = {"place_key": ("line1", "postal_code")}
    untracked_fields = ("place_key",)
    hidden_in_history = ("customer",)
    kept_on_customer = {"places": frozenset({"customer", "postal_code", "city"})}
    read_together = (
        ("first_name", "last_name"),
        ("company",),
        ("line1",),
        ("line2",),
        ("postal_code", "city"),
        ("region",),
        ("country",),
    )

    class Meta(Tracked.Meta):
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["kind", "-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=models.Q(is_primary=True), name="customer_admin_one_primary"
            ),
        ]
        indexes = [
            models.Index(fields=["postal_code", "city"], name="customer_admin_by_postal_code"),
            # By it customers are found that may be the same.
            models.Index(
                fields=["place_key"],
                include=["customer"],
                name="customer_admin_by_place_key",
                condition=models.Q(place_key__isnull=False),
            ),
        ]

    def fill_stored_keys(self) -> None:
        self.place_key = place_key(self.line1, self.postal_code)

    def __str__(self) -> str:
        place = " ".join(filter(None, [self.postal_code, self.city]))
        return ", ".join(filter(None, [self.line1, place, self.country]))
