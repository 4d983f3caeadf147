"""Merges that somebody asked for and that are carried out later: by a worker, or once a second person has decided."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .change_sets import ChangeSet


class MergeBatch(models.Model):
    """Merges that workers carry out, each as a change set of its own, and how far they are.

    With `is_certain` each is done only if its accounts are certainly one customer when its turn comes. `progress` is
    that of the merge in hand, from 0 to 1; the requests of the batch say what is done. `seen_at` is when a worker was
    last heard of.
    """

    is_certain = models.BooleanField(default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_by_label = models.CharField(_("started by"), max_length=300)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    progress = models.FloatField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("merges in the background")
        verbose_name_plural = _("merges in the background")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(_("Merges no. %(number)s") % {"number": self.pk})


class MergeRequest(models.Model):
    """Who asked for which merge, and what became of it.

    It is a log itself, and no customer's: what it leads to is in the change set of the merge. So it is not tracked, and
    `accounts` has keys, that of the account that stays first. `choices` and `seen` are those of `merge_customers`.
    One that workers carry out belongs to a `batch`; `tries` counts how often one began, and `told` says why it could
    not be done.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        QUEUED = "queued", _("Waiting for a worker")
        MERGED = "merged", _("Merged")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Not merged")

    accounts = models.JSONField(_("accounts"))
    choices = models.JSONField(_("choices"), default=dict)
    tell_customer = models.BooleanField(_("tell the customer"), default=False)
    seen = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_label = models.CharField(_("asked by"), max_length=300)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_label = models.CharField(_("decided by"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    change_set = models.ForeignKey(ChangeSet, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    batch = models.ForeignKey(MergeBatch, null=True, blank=True, on_delete=models.CASCADE, related_name="requests")
    tries = models.PositiveSmallIntegerField(default=0)
    told = models.TextField(_("why it was not merged"), blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("merge request")
        verbose_name_plural = _("merge requests")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["asked_at"], name="customer_admin_merges_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["batch", "id"], name="customer_admin_merges_queued", condition=models.Q(state="queued")
            ),
        ]

    def __str__(self) -> str:
        return str(_("Merge request no. %(number)s") % {"number": self.pk})
