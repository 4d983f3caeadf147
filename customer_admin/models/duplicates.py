"""Customers who may be the same one twice: what was found, what somebody decided, and the searches."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customer_admin.conf import app_settings

from .history import Tracked


class DuplicateDismissal(Tracked):
    """Somebody decided that two customers are not the same. Taking it back makes the pair one to look at again.

    `customer` is the one with the smaller key when it is made; a merge may turn the two round.
    """

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    other = models.ForeignKey(
        "customer_admin.Customer", verbose_name=_("not the same as"), on_delete=models.CASCADE, related_name="+"
    )
    dismissed_by = models.ForeignKey(
        app_settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    dismissed_by_label = models.CharField(_("decided by"), max_length=255, blank=True)
    dismissed_at = models.DateTimeField(_("decided"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    customer_path = "customer_id"
    searched_in_history = ("other",)
    hidden_in_history = ("dismissed_by", "dismissed_by_label", "dismissed_at")

    class Meta(Tracked.Meta):
        verbose_name = _("decision about duplicates")
        verbose_name_plural = _("decisions about duplicates")
        ordering = ["-dismissed_at", "-pk"]
        default_permissions = ()
        permissions = [("decide_duplicates", "Can say that customers are not duplicates, and look for duplicates")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "other"], name="customer_admin_dismissed_once"),
        ]

    def __str__(self) -> str:
        return gettext("Not the same as %(other)s") % {"other": self.other}


class DuplicatePairQuerySet(models.QuerySet):
    def of_living(self) -> "DuplicatePairQuerySet":
        """Without those of whom one was merged away meanwhile."""
        return self.filter(first__merged_into=None, second__merged_into=None)

    def with_decision(self) -> "DuplicatePairQuerySet":
        """With `is_dismissed`: whether somebody decided that the two are not the same."""
        decisions = DuplicateDismissal.objects.filter(
            Q(customer=OuterRef("first"), other=OuterRef("second"))
            | Q(customer=OuterRef("second"), other=OuterRef("first"))
        )
        return self.annotate(is_dismissed=Exists(decisions))

    def open(self) -> "DuplicatePairQuerySet":
        """Those that nobody has decided about."""
        return self.of_living().with_decision().filter(is_dismissed=False)

    def dismissed(self) -> "DuplicatePairQuerySet":
        """Those that are not the same, as somebody decided."""
        return self.of_living().with_decision().filter(is_dismissed=True)

    def of(self, customer: Any) -> "DuplicatePairQuerySet":
        """The pairs of one customer."""
        return self.filter(Q(first=customer) | Q(second=customer))


class DuplicatePair(models.Model):
    """Two customers who may be the same: computed from what they are now, and computed anew when that changes.

    Nothing is lost with it: it is in no history, a deletion takes it along, and a merge leaves it where it is.
    """

    class Level(models.TextChoices):
        CERTAIN = "certain", _("Certain")
        LIKELY = "likely", _("Likely")
        POSSIBLE = "possible", _("Possible")

    first = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    second = models.ForeignKey(
        "customer_admin.Customer", verbose_name=_("other customer"), on_delete=models.CASCADE, related_name="+"
    )
    certainty = models.FloatField(_("certainty"))
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    reasons = models.JSONField(_("reasons"), default=list)
    found_at = models.DateTimeField(_("found"), default=timezone.now)

    objects = models.Manager.from_queryset(DuplicatePairQuerySet)()

    wagtail_reference_index_ignore = True
    is_computed = True

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        default_permissions = ()
        ordering = ["-certainty", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="customer_admin_one_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="customer_admin_pair_in_order"),
        ]
        indexes = [models.Index(fields=["-certainty", "id"], name="customer_admin_by_certainty")]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"


class DuplicateSearch(models.Model):
    """One run over all customers, how far it is, and what it learned about this base."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    started_by_label = models.CharField(_("started by"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    progress = models.FloatField(default=0)
    customers = models.PositiveIntegerField(_("customers"), default=0)
    pairs = models.PositiveIntegerField(_("pairs"), default=0)
    learned = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    looked_until = models.BigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({self.created_at:%Y-%m-%d %H:%M})"
