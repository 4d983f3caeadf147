"""Merges that somebody asked for, where the site wants a second person to decide."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .change_sets import ChangeSet


class MergeRequest(models.Model):
    """Who asked for which merge, and what became of it.

    It is a log itself, and no customer's: what it leads to is in the change set of the merge. So it is not tracked, and
    `accounts` has keys, that of the account that stays first. `choices` and `seen` are those of `merge_customers`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

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

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        verbose_name = _("merge request")
        verbose_name_plural = _("merge requests")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["asked_at"], name="customer_admin_merges_waiting", condition=models.Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return str(_("Merge request no. %(number)s") % {"number": self.pk})
