"""Clubs and who is a member of them."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .history import Tracked, TrackedQuerySet

LONGEST_TIER = 100


class Club(Tracked):
    """Something that customers join, such as one that sends them wine each spring. Only the name is required."""

    name = models.CharField(gettext_lazy("name"), max_length=100, unique=True)
    description = models.TextField(gettext_lazy("description"), blank=True)
    tiers = models.TextField(
        gettext_lazy("tiers"),
        blank=True,
        help_text=gettext_lazy("One on each line, such as Silver and Gold. Empty: members have no tier, or any."),
    )
    is_active = models.BooleanField(
        gettext_lazy("active"),
        default=True,
        help_text=gettext_lazy("An inactive club keeps its members and takes no new ones."),
    )

    class Meta(Tracked.Meta):
        verbose_name = gettext_lazy("club")
        verbose_name_plural = gettext_lazy("clubs")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def tier_names(self) -> list[str]:
        """The tiers, in the order in which they are written."""
        return list(dict.fromkeys(filter(None, (line.strip() for line in self.tiers.splitlines()))))

    def clean(self) -> None:
        super().clean()
        if any(len(tier) > LONGEST_TIER for tier in self.tier_names):
            raise ValidationError(
                {"tiers": _("Tiers have at most %(length)d letters. Write each on a line of its own.")
                 % {"length": LONGEST_TIER}}
            )  # fmt: skip


def is_in_force_on(day: datetime.date) -> Q:
    """The condition that a membership counts on that day."""
    return Q(status=ClubMembership.Status.ACTIVE) | Q(status=ClubMembership.Status.ON_HOLD, on_hold_until__lt=day)


class ClubMembershipQuerySet(TrackedQuerySet):
    def current(self) -> "ClubMembershipQuerySet":
        """Those that were not cancelled, on hold or not."""
        return self.filter(status__in=[ClubMembership.Status.ACTIVE, ClubMembership.Status.ON_HOLD])

    def in_force(self, day: datetime.date | None = None) -> "ClubMembershipQuerySet":
        """Those that count on that day, by default today: active ones, and those whose hold ended before."""
        return self.filter(is_in_force_on(day or timezone.localdate()))


ClubMembershipManager = models.Manager.from_queryset(ClubMembershipQuerySet, class_name="ClubMembershipManager")


class ClubMembership(Tracked):
    """One customer in one club. Who left and joins again gets a new one, so that both times stay told."""

    class Status(models.TextChoices):
        ACTIVE = "active", gettext_lazy("Active")
        ON_HOLD = "on_hold", gettext_lazy("On hold")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    class DeliveryMethod(models.TextChoices):
        PICKUP = "pickup", gettext_lazy("Pick-up")
        SHIP = "ship", gettext_lazy("Shipping")
        LOCAL = "local", gettext_lazy("Local delivery")

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=gettext_lazy("customer"),
        on_delete=models.CASCADE,
        related_name="club_memberships",
    )
    club = models.ForeignKey(
        Club, verbose_name=gettext_lazy("club"), on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    tier = models.CharField(gettext_lazy("tier"), max_length=LONGEST_TIER, blank=True)
    since = models.DateField(gettext_lazy("since"), default=timezone.localdate)
    status = models.CharField(
        gettext_lazy("status"), max_length=9, choices=Status.choices, default=Status.ACTIVE, editable=False
    )
    on_hold_until = models.DateField(gettext_lazy("on hold until"), null=True, blank=True)
    cancelled_on = models.DateField(gettext_lazy("cancelled on"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(gettext_lazy("reason for leaving"), max_length=500, blank=True)
    delivery_method = models.CharField(
        gettext_lazy("delivery method"), max_length=6, choices=DeliveryMethod.choices, blank=True
    )

    payment_method = models.ForeignKey(
        "customer_admin.SavedPaymentMethod",
        verbose_name=gettext_lazy("payment method"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="club_memberships",
        help_text=gettext_lazy("What the club is paid with."),
    )

    objects = ClubMembershipManager()  # type: ignore[assignment,misc]

    customer_path = "customer_id"
    hidden_in_history = ("customer",)
    titled_by = ("club",)

    class Meta(Tracked.Meta):
        verbose_name = gettext_lazy("club membership")
        verbose_name_plural = gettext_lazy("club memberships")
        ordering = ["-since", "-pk"]
        default_permissions = ("view", "add", "change")
        indexes = [models.Index(fields=["club", "status"], name="customer_admin_members_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "club"],
                condition=Q(status__in=["active", "on_hold"]),
                name="customer_admin_one_membership",
            )
        ]

    def __str__(self) -> str:
        since = _("since %(day)s") % {"day": date_format(self.since, "SHORT_DATE_FORMAT")}
        return f"{self.tier}, {since}" if self.tier else since

    def is_in_force(self, day: datetime.date | None = None) -> bool:
        """Whether it counts on that day, as `in_force` says it of many."""
        day = day or timezone.localdate()
        hold_ended = self.on_hold_until is not None and self.on_hold_until < day
        return self.status == self.Status.ACTIVE or (self.status == self.Status.ON_HOLD and hold_ended)

    @property
    def standing(self) -> str:
        """The status as it is today, with the day that matters."""
        if self.status == self.Status.CANCELLED and self.cancelled_on:
            return _("Cancelled on %(day)s") % {"day": date_format(self.cancelled_on, "SHORT_DATE_FORMAT")}
        if self.status == self.Status.ON_HOLD and self.on_hold_until:
            day = date_format(self.on_hold_until, "SHORT_DATE_FORMAT")
            text = _("Active: the hold ended on %(day)s") if self.is_in_force() else _("On hold until %(day)s")
            return text % {"day": day}
        return str(self.get_status_display())

    def clean(self) -> None:
        super().clean()
        if self.on_hold_until and self.status != self.Status.ON_HOLD:
            raise ValidationError({"on_hold_until": _("Only a membership on hold has a day until which it is.")})
        if self.status == self.Status.CANCELLED and not self.cancel_reason.strip():
            raise ValidationError({"cancel_reason": _("Say why the customer leaves the club.")})
        if self.payment_method is not None and self.payment_method.customer_id != self.customer_id:
            raise ValidationError(
                {"payment_method": _("This payment method is another customer's. Choose another one.")}
            )
