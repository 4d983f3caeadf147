"""What is written once into a customer's books and never edited: a mistake is countered by an entry of its own."""

import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.conf import app_settings

from .history import Tracked


def validate_has_come(day: datetime.date) -> None:
    """Refuse a day that is still to come."""
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come. Enter what happened when it has."))


class CounteredEntry(Tracked):
    """An entry that stays as it was written. Hosts may inherit from it for books of their own.

    `negated_fields` are the numbers that a counter-entry has with the other sign; everything else it has as the entry.
    Subclasses add `customer`, or whosever it is, with CASCADE. Its books are the sum of its entries: what was countered
    and its counter-entry make nothing together, and a counter-entry can be countered again.
    """

    reason = models.CharField(gettext_lazy("reason"), max_length=500)
    author = models.ForeignKey(
        app_settings.AUTH_USER_MODEL,
        verbose_name=gettext_lazy("author"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author_label = models.CharField(gettext_lazy("author"), max_length=255, blank=True, editable=False)
    on = models.DateField(gettext_lazy("date"), default=timezone.localdate, validators=[validate_has_come])
    counters = models.OneToOneField(
        "self",
        verbose_name=gettext_lazy("counters"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.RESTRICT,  # Both go with their customer, and never one of them alone.
        related_name="countered_by",
    )

    negated_fields: ClassVar[tuple[str, ...]] = ()

    is_only_countered = True
    movable_fields = ("customer", "author")
    customer_path = "customer_id"
    hidden_in_history = ("customer", "author", "author_label")

    class Meta(Tracked.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if not self.reason.strip():
            raise ValidationError({"reason": _("Say why, so that others understand the books.")})

    @property
    def is_countered(self) -> bool:
        """Whether there is a counter-entry to this one."""
        return getattr(self, "countered_by", None) is not None

    def counter_entry(self, *, reason: str, author: Any = None, author_label: str = "") -> Self:
        """The entry, not saved yet, that makes nothing together with this one."""
        own = {"reason": reason, "author_id": author, "author_label": author_label, "counters_id": self.pk}
        own["on"] = timezone.localdate()
        copied = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        copied.pop(self._meta.pk.attname)
        negated = {name: -copied[name] for name in self.negated_fields}
        return type(self)(**{**copied, **negated, **own})
