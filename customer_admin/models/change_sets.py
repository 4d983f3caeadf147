"""A change set is what one person did at one time for one reason, with all the rows it touched."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customer_admin.conf import app_settings

from .actors import ActorKind


class ChangeSetKind(models.TextChoices):
    EDIT = "edit", _("Edit")
    CREATE = "create", _("Create")
    DELETE = "delete", _("Delete")
    MERGE = "merge", _("Merge")
    ASSIGN = "assign", _("Assign orders")
    IMPORT = "import", _("Import")
    REVERT = "revert", _("Take back")
    ERASE = "erase", _("Erase")
    SYSTEM = "system", _("System")


class Source(models.TextChoices):
    SCREEN = "screen", _("Admin")
    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    COMMAND = "command", _("Command")
    WORKER = "worker", _("Worker")


class ChangeSet(models.Model):
    """Who changed something, acting as what, when, why and from where.

    The rows belong to it through the column `change_set` of each history table. `closed` grows in the order in which
    change sets that touched the same rows were committed; the key alone does not, since it is drawn before the rows
    are locked. `touched_fields` names the models it wrote to and the fields it changed, each between two spaces, such
    as " customer_admin.customer  customer_admin.customer.email ".
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ChangeSetKind.choices, default=ChangeSetKind.EDIT)
    actor = models.ForeignKey(
        app_settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    actor_kind = models.CharField(_("acting as"), max_length=11, choices=ActorKind.choices)
    actor_label = models.CharField(_("name at the time"), max_length=255)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source = models.CharField(_("from"), max_length=10, choices=Source.choices, default=Source.COMMAND)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    closed = models.BigIntegerField(null=True, unique=True, editable=False)
    touched_fields = models.TextField(default="", editable=False)
    reverts = models.ForeignKey(
        "self",
        verbose_name=_("takes back"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reverted_by",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-closed"]
        default_permissions = ("view",)
        permissions = [
            ("audit_changeset", "Can see, compare and export all changes"),
            ("revert_changeset", "Can take back changes and restore what was deleted"),
            ("undo_changeset", "Can undo merges, assignments and imports"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.actor_label}"


class ChangeSetCustomer(models.Model):
    """Which customers a change set touches, so that a customer's timeline is one indexed question.

    The customer may be gone by now; the pair stays for whoever asks what happened. `closed` is that of the change set
    when the pair was written. `gave_away` says that a row went from this customer to another one.
    """

    # Written when the change set is there for good, so the database need not look for it once more.
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="touched", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        "customer_admin.Customer",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    closed = models.BigIntegerField(default=0, editable=False)
    gave_away = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["change_set", "customer"], name="customer_admin_touched_once"),
        ]
        indexes = [models.Index(fields=["customer", "-closed"], name="customer_admin_timeline")]

    def __str__(self) -> str:
        return f"{self.change_set_id}: {self.customer_id}"
