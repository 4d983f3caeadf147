"""What staff may set for each Wagtail site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting

from .actors import SYSTEM
from .change_sets import ChangeSetKind
from .history import Tracked
from .keys import EmailAddressField
from .recording import recording


class CustomerAdminSettings(Tracked, BaseSiteSetting):
    portal_enabled = models.BooleanField(
        _("portal on"),
        default=False,
        help_text=_("Customers can have logins and sign in to the portal pages of this site."),
    )
    number_prefix = models.CharField(
        _("number prefix"),
        max_length=10,
        default="C",
        blank=True,
        help_text=_("Stands before the number of each new customer. Numbers given before stay as they are."),
    )
    sender_name = models.CharField(_("sender name"), max_length=100, blank=True)
    sender_email = EmailAddressField(
        _("sender address"),
        blank=True,
        help_text=_("Mails to customers come from here. Empty: the installation's own."),
    )

    class Meta(Tracked.Meta):
        verbose_name = _("customer settings")
        verbose_name_plural = _("customer settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def clean(self) -> None:
        super().clean()
        if self.number_prefix[-1:].isdecimal():
            # "C" with 11001 and "C1" with 1001 would be the same customer number.
            raise ValidationError({"number_prefix": _("End the prefix with a letter or a sign, such as C1-.")})

    @classmethod
    def for_site(cls, site: Any) -> "CustomerAdminSettings":
        """The settings of `site`, with default values if nobody has saved any yet."""
        found = cls.objects.filter(site=site).first()
        if found is not None:
            return found
        with recording(actor=SYSTEM, kind=ChangeSetKind.SYSTEM, reason="Default settings", separate=True):
            return cls.objects.get_or_create(site=site)[0]
