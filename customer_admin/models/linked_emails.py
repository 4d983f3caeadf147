"""Further e-mail addresses of a customer, each for some kinds of notification."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .history import Tracked, TrackedQuerySet
from .keys import EmailAddressField, email_key
from .logins import LONGEST_KEY

ALREADY_LINKED = _("This address is linked to this customer already. Edit that one.")


class Notification(models.TextChoices):
    """What a customer can be told about. A linked e-mail has a field `gets_…` for each."""

    ACCOUNT = "account", _("Account")
    ORDERS = "orders", _("Orders")
    CLUBS = "clubs", _("Clubs")


class LinkedEmailQuerySet(TrackedQuerySet):
    def verified(self) -> "LinkedEmailQuerySet":
        """Those whose address, as it is now, was verified by a link that went to it."""
        return self.filter(verified_at__isnull=False, verified_key=F("email_key"))

    def receiving(self, notification: str) -> "LinkedEmailQuerySet":
        return self.verified().filter(**{f"gets_{Notification(notification)}": True})


LinkedEmailManager = models.Manager.from_queryset(LinkedEmailQuerySet, class_name="LinkedEmailManager")


class LinkedEmail(Tracked):
    """One more address of a customer. Nothing but the mail that verifies it goes there before it is verified.

    `verified_key` is the address that was verified, as a key: one that is put in its place in whatever way, by a revert
    too, is not verified by that.
    """

    customer = models.ForeignKey(
        "customer_admin.Customer",
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        related_name="linked_emails",
        db_index=False,  # The constraint begins with it.
    )
    email = EmailAddressField(_("e-mail"))
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("Whose it is, such as “bookkeeping”."))
    gets_account = models.BooleanField(_("account notifications"), default=True)
    gets_orders = models.BooleanField(_("order notifications"), default=False)
    gets_clubs = models.BooleanField(_("club notifications"), default=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    verified_key = models.CharField(max_length=1000, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    email_key = models.CharField(max_length=1000, editable=False)

    objects = LinkedEmailManager()  # type: ignore[assignment,misc]

    customer_path = "customer_id"
    hidden_in_history = ("customer", "verified_key", "created_at")
    untracked_fields = ("email_key",)
    stored_keys = {"email_key": ("email",)}

    class Meta(Tracked.Meta):
        verbose_name = _("linked e-mail")
        verbose_name_plural = _("linked e-mails")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["email_key"], name="customer_admin_by_linked_email")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "email_key"],
                name="customer_admin_linked_email_once",
                violation_error_message=ALREADY_LINKED,
            )
        ]

    def __str__(self) -> str:
        return self.email

    def fill_stored_keys(self) -> None:
        self.email_key = email_key(self.email)

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None and self.verified_key == email_key(self.email)

    @property
    def notifications(self) -> list[Notification]:
        """What it is told about, once it is verified."""
        return [each for each in Notification if getattr(self, f"gets_{each}")]

    def clean(self) -> None:
        """Raise ValidationError for an address that the customer has already."""
        super().clean()
        self.fill_stored_keys()
        if len(self.email_key) > LONGEST_KEY:
            problem = _("This e-mail address is too long. Use another one.")
        elif self.email_key == email_key(self.customer.email):
            problem = _("This is the customer's own address, which is told anyway. Type another one.")
        else:
            return
        raise ValidationError({"email": problem})
