"""Who has seen which alert, and for which order."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customer_admin.conf import app_settings

from .actors import Actor
from .history import Tracked, TrackedQuerySet
from .keys import storable


def kept_label(actor: Actor) -> str:
    """The actor's label as far as it can be stored."""
    return storable(actor.label)[:255]


class NoteAcknowledgementQuerySet(TrackedQuerySet):
    def by(self, actor: Actor) -> "NoteAcknowledgementQuerySet":
        """Those of this actor; one without a user, such as a till, is known by its label."""
        if actor.user_id is not None:
            return self.filter(acknowledged_by=actor.user_id)
        return self.filter(acknowledged_by=None, acknowledged_by_label=kept_label(actor))


NoteAcknowledgementManager = models.Manager.from_queryset(
    NoteAcknowledgementQuerySet, class_name="NoteAcknowledgementManager"
)


class NoteAcknowledgement(Tracked):
    """One person has seen one alert, when opening one order or in general. The label stays when the person is gone."""

    note = models.ForeignKey(
        "customer_admin.AccountNote",
        verbose_name=_("note"),
        on_delete=models.CASCADE,
        related_name="acknowledgements",
        db_index=False,  # The constraint begins with it.
    )
    order = models.ForeignKey(
        "customer_admin.Order",
        verbose_name=_("order"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    acknowledged_by = models.ForeignKey(
        app_settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    acknowledged_by_label = models.CharField(_("acknowledged by"), max_length=255, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), default=timezone.now)

    objects = NoteAcknowledgementManager()  # type: ignore[assignment,misc]

    customer_path = "note__customer_id"
    hidden_in_history = ("acknowledged_by", "acknowledged_by_label", "acknowledged_at")

    class Meta(Tracked.Meta):
        verbose_name = _("alert acknowledgement")
        verbose_name_plural = _("alert acknowledgements")
        ordering = ["acknowledged_at", "pk"]
        constraints = [
            # Without an order or a person it holds nobody back: both may be gone from several rows at once.
            models.UniqueConstraint(
                fields=["note", "order", "acknowledged_by"], name="customer_admin_acknowledged_once"
            )
        ]

    def __str__(self) -> str:
        return gettext("by %(who)s") % {"who": self.acknowledged_by_label}
