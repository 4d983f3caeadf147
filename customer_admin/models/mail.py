"""The outbox: each mail is a row, written in the transaction of its cause."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .customers import Customer
from .kept_keys import KeptForeignKey
from .keys import EmailAddressField
from .linked_emails import LinkedEmail
from .logins import PortalLogin

KINDS = {
    "set_password": _("Set your password"),
    "account_created": _("Account created"),
    "password_reset": _("Forgot password"),
    "email_changed": _("E-mail address changed"),
    "verify_linked_email": _("Verify a linked e-mail"),
    "accounts_merged": _("Accounts merged"),
}
"""What people call the kinds of mail that this app sends; a host may send others."""


def new_message_id() -> str:
    return uuid.uuid4().hex


class OutgoingEmail(models.Model):
    """One mail to one address, and what became of it. Not tracked: it is a log itself.

    `context` holds what the templates need and never a secret; links that open something are made at delivery.
    `sent_text` and `sent_html` are what was sent, with such links hidden. `asked_by` is who had it sent, if anybody;
    `keeps_address` says that the address was chosen then, so that it does not follow the login's.
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
        LINKED_EMAIL_GONE = "linked_email_gone", _("The linked e-mail was removed")
        ADDRESS_CHANGED = "address_changed", _("The address was changed before it was sent")
        ALREADY_VERIFIED = "already_verified", _("The address was verified already")

    customer = KeptForeignKey(Customer, related_name="outgoing_emails")
    login = KeptForeignKey(PortalLogin, related_name="+")
    linked_email = KeptForeignKey(LinkedEmail, related_name="+")
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
    asked_by = models.CharField(max_length=255, blank=True)
    keeps_address = models.BooleanField(default=False)
    sent_text = models.TextField(blank=True)
    sent_html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("resend_outgoingemail", "Can send e-mails again")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="customer_admin_mail_newest"),
            models.Index(fields=["status", "-created_at", "-id"], name="customer_admin_mail_status"),
            models.Index(fields=["kind", "-created_at", "-id"], name="customer_admin_mail_kind"),
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

    @property
    def kind_label(self) -> str:
        return str(KINDS.get(self.kind) or self.kind.replace("_", " ").capitalize())

    @property
    def is_on_its_way(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.SENDING)
