"""Notes about a customer, some of which alert the clerk who opens an order."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from customer_admin.conf import app_settings

from .history import Tracked, TrackedQuerySet


class AccountNoteQuerySet(TrackedQuerySet):
    def in_force(self, day: datetime.date | None = None) -> "AccountNoteQuerySet":
        """The notes that alert a clerk on that day, by default today; both ends of their time count."""
        day = day or timezone.localdate()
        return self.filter(
            Q(alert_from=None) | Q(alert_from__lte=day), Q(alert_until=None) | Q(alert_until__gte=day), alert_clerk=True
        )


AccountNoteManager = models.Manager.from_queryset(AccountNoteQuerySet, class_name="AccountNoteManager")


class AccountNote(Tracked):
    class Kind(models.TextChoices):
        GENERAL = "general", _("General")
        ORDER = "order", _("Order")
        CLUB = "club", _("Club")
        DELIVERY = "delivery", _("Delivery")
        CALL = "call", _("Call")

    class AlertLevel(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        STOP = "stop", _("Stop")

    customer = ParentalKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="account_notes",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GENERAL)
    body = models.TextField(_("note"))
    author = models.ForeignKey(
        app_settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author_label = models.CharField(_("author"), max_length=255, blank=True, editable=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    alert_clerk = models.BooleanField(
        _("alert clerk"), default=False, help_text=_("Shown on top of the customer, and when an order is opened.")
    )
    alert_level = models.CharField(_("level"), max_length=7, choices=AlertLevel.choices, default=AlertLevel.INFO)
    alert_from = models.DateField(_("from"), null=True, blank=True)
    alert_until = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = AccountNoteManager()  # type: ignore[assignment,misc]

    customer_path = "customer_id"
    hidden_in_history = ("customer", "author", "author_label", "created_at")

    class Meta(Tracked.Meta):
        verbose_name = _("account note")
        verbose_name_plural = _("account notes")
        ordering = ["-is_pinned", "-created_at", "-pk"]
        permissions = [("acknowledge_accountnote", "Can acknowledge alerts")]
        indexes = [
            models.Index(fields=["customer"], name="customer_admin_alerts", condition=Q(alert_clerk=True)),
            models.Index(fields=["-created_at"], name="customer_admin_newest_alerts", condition=Q(alert_clerk=True)),
        ]

    def __str__(self) -> str:
        return self.body if len(self.body) <= 60 else f"{self.body[:59]}…"

    def is_in_force(self, day: datetime.date | None = None) -> bool:
        """Whether it alerts a clerk on that day, as `in_force` says it of many."""
        day = day or timezone.localdate()
        has_begun = self.alert_from is None or self.alert_from <= day
        return self.alert_clerk and has_begun and (self.alert_until is None or self.alert_until >= day)

    def clean(self) -> None:
        super().clean()
        if self.alert_from and self.alert_until and self.alert_until < self.alert_from:
            raise ValidationError(
                {"alert_until": _("The last day is before the first one. Change one of the two dates.")}
            )
