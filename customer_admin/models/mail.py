"""The outbox: each mail is a row, written in the transaction of its cause."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .customers import Customer
from .keys import EmailAddressField
from .logins import PortalLogin


def new_message_id() -> str:
    return uuid.uuid4().hex


class OutgoingEmail(models.Model):
    """One mail to one address, and what became of it. Not tracked: it is a log itself.

    `context` holds what the templates need and never a secret; links that open something are made at delivery.
    """

    class Section(models.TextChoices):
        NOTIFICATION = "notification", _("Notification")
        CAMPAIGN = "campaign", _("Campaign")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    class SkipReason(models.TextChoices):
        LOGIN_GONE = "login_gone", _("The login was deleted")
        LOGIN_DISABLED = "login_disabled", _("The login was disabled")
        PORTAL_OFF = "portal_off", _("The portal is off")

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="outgoing_emails"
    )
    login = models.ForeignKey(PortalLogin, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    section = models.CharField(max_length=12, choices=Section.choices, default=Section.NOTIFICATION)
    kind = models.CharField(max_length=50)
    to_address = EmailAddressField()
    from_address = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=10, blank=True)
    context = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    skip_reason = models.CharField(max_length=20, choices=SkipReason.choices, blank=True)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    message_id = models.CharField(max_length=64, unique=True, default=new_message_id)
    resend_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="resends")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(status__in=["queued", "sending"]),
                name="customer_admin_mail_due",
            ),
            models.Index(
                fields=["-created_at"], condition=models.Q(status="failed"), name="customer_admin_mail_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_address}"
