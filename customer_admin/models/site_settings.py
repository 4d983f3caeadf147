"""What staff may set for each Wagtail site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting

from .actors import SYSTEM
from .change_sets import ChangeSetKind
from .choice_lists import ChoiceListField
from .customer_class import CustomerClass
from .history import Tracked
from .keys import EmailAddressField
from .recording import recording
from .requirable import REQUIRABLE, REQUIRABLE_OF_THEMSELVES


def usual_title_of_payment_methods() -> str:
    """The title of the tab on an installation where nobody chose one, in the language of whoever looks first."""
    return gettext("Payment methods")


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

    default_class = models.ForeignKey(
        CustomerClass,
        verbose_name=_("default class"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("New customers of this site get it. For all sites it is the class that is marked as default."),
    )
    required_for_staff = ChoiceListField(
        _("required of staff"),
        choices=REQUIRABLE,
        help_text=_("No new customer is taken without these, and of customers who are there none can be emptied."),
    )
    required_for_customers = ChoiceListField(
        _("required of customers"),
        choices=REQUIRABLE_OF_THEMSELVES,
        help_text=_("What customers who edit their own data can't leave out."),
    )
    payment_methods_title = models.CharField(
        _("title of the payment methods"),
        max_length=50,
        blank=True,
        default=usual_title_of_payment_methods,
        help_text=_("What the tab with cards and bank accounts is called on the page of a customer."),
    )
    warnings_hold_back = models.BooleanField(
        _("warnings hold back an order, too"),
        default=False,
        help_text=_("They cover an order until they are acknowledged, as a “Stop” always does."),
    )

    merges_need_second = models.BooleanField(
        _("merges need a second person"),
        default=False,
        help_text=_("Who merges accounts asks for it, and another person who may merge approves or refuses."),
    )

    class Meta(Tracked.Meta):
        verbose_name = _("customer settings")
        verbose_name_plural = _("customer settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def clean(self) -> None:
        super().clean()
        if not self.payment_methods_title.strip():
            self.payment_methods_title = usual_title_of_payment_methods()
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
