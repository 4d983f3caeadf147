"""The customer: the account record that everything else hangs on."""

import datetime

from django.contrib.admin import display as admin_display
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import Site

from customer_admin.conf import app_settings

from .customer_class import CustomerClass
from .history import Tracked, TrackedQuerySet
from .kept import KeptDateTimeField, KeptTextField
from .keys import EmailAddressField, digits_of, folded
from .match_keys import name_key, phone_key
from .search_texts import ENDS, matching, search_text_of
from .tax_documents import TaxDocument


def language_choices() -> list[tuple[str, str]]:
    """The languages that the host speaks: code and name."""
    return [(code, str(name)) for code, name in app_settings.host("LANGUAGES")]


class CustomerQuerySet(TrackedQuerySet):
    def living(self) -> "CustomerQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def search(self, query: str) -> "CustomerQuerySet":
        """Those in whom every word of `query` is found, in any order; accents and the form of a phone do not matter.

        Searched are number, names, company, e-mail, account number, phone, and the beginnings of postal codes.
        """
        return self.filter(matching(query))

    def tax_exempt_on(self, day: datetime.date) -> "CustomerQuerySet":
        """Those whose exemption counts on that day; the last day of a certificate does."""
        return self.filter(Q(tax_exempt_until=None) | Q(tax_exempt_until__gte=day), tax_exempt=True)


class LivingCustomerManager(models.Manager.from_queryset(CustomerQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CustomerQuerySet:
        return super().get_queryset().living()


AllCustomersManager = models.Manager.from_queryset(CustomerQuerySet, class_name="AllCustomersManager")


LIVING = Q(merged_into=None)
KNOWN_NAME = Q(name_key__isnull=False)
KNOWN_PHONE = Q(phone_key__isnull=False)
KNOWN_BIRTH = Q(birth_date__isnull=False)


class Customer(Tracked, ClusterableModel):
    """One customer of one Wagtail site. `objects` are the living ones, `all_objects` has the merged-away ones too."""

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    customer_class = models.ForeignKey(
        CustomerClass,
        verbose_name=_("class"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    email = EmailAddressField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    account_number = models.CharField(
        _("account number"),
        max_length=50,
        blank=True,
        help_text=_("The customer's number elsewhere: a student id, or the key in the system you came from."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=language_choices,
        help_text=_("The language of mails to this customer. Empty: the site's own."),
    )
    referral_source = models.CharField(_("referral source"), max_length=100, blank=True)
    notify_account = models.BooleanField(_("account notifications"), default=True)
    notify_marketing = models.BooleanField(_("marketing"), default=False)
    tax_exempt = models.BooleanField(_("tax exempt"), default=False)
    tax_exempt_number = models.CharField(_("certificate number"), max_length=50, blank=True)
    tax_exempt_reason = models.CharField(_("reason"), max_length=200, blank=True)
    tax_exempt_region = models.CharField(_("region"), max_length=100, blank=True)
    tax_exempt_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day on which the certificate counts.")
    )
    tax_exempt_document = models.ForeignKey(
        TaxDocument,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
        help_text=_("The certificate as PDF, PNG or JPEG. Only staff who may see it can open it."),
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged_from"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    sort_name = models.CharField(max_length=300, default="", editable=False)
    sort_company = models.CharField(max_length=200, null=True, editable=False)
    sort_email = models.CharField(max_length=254, null=True, editable=False)
    search_text = models.TextField(default="", editable=False)
    name_key = models.IntegerField(null=True, editable=False)
    phone_key = models.IntegerField(null=True, editable=False)
    places = KeptTextField(default="", editable=False)
    last_order_at = KeptDateTimeField(_("last order"), null=True, editable=False)

    objects = LivingCustomerManager()  # type: ignore[misc]
    all_objects = AllCustomersManager()

    customer_path = "id"
    hidden_in_history = ("created_at",)
    stored_keys = {
        "sort_name": ("number", "first_name", "last_name", "company", "email"),
        "sort_company": ("company",),
        "sort_email": ("email",),
        "search_text": tuple(ENDS),
        "name_key": ("first_name", "last_name", "company"),
        "phone_key": ("phone",),
    }
    untracked_fields = ("updated_at", *stored_keys, "places", "last_order_at")

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        base_manager_name = "all_objects"
        ordering = ["sort_name", "pk"]
        permissions = [
            ("import_customer", "Can import customers and orders"),
            ("export_customer", "Can export customers"),
            ("merge_customer", "Can merge customers"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="customer_admin_not_into_itself")
        ]
        indexes = [
            # One for each order of the list, which leaves merged customers out. PostgreSQL has one by the last order,
            # with those who never ordered first, which not every database can index.
            models.Index(fields=["sort_name", "id"], name="customer_admin_by_name", condition=LIVING),
            models.Index(Length("number"), "number", "id", name="customer_admin_by_number", condition=LIVING),
            models.Index(fields=["sort_company", "id"], name="customer_admin_by_company", condition=LIVING),
            models.Index(fields=["sort_email", "id"], name="customer_admin_by_email", condition=LIVING),
            models.Index(fields=["created_at", "id"], name="customer_admin_by_age", condition=LIVING),
            models.Index(fields=["site", "account_number"], name="customer_admin_by_account"),
            models.Index(
                fields=["customer_class"], condition=Q(merged_into__isnull=True), name="customer_admin_living_by_class"
            ),
            # By these, and by e-mail and account number above, customers are found that may be the same.
            models.Index(fields=["name_key"], name="customer_admin_by_name_key", condition=LIVING & KNOWN_NAME),
            models.Index(fields=["phone_key"], name="customer_admin_by_phone_key", condition=LIVING & KNOWN_PHONE),
            models.Index(fields=["birth_date"], name="customer_admin_by_birth_date", condition=LIVING & KNOWN_BIRTH),
            # What few customers have.
            models.Index(fields=["tax_exempt_until"], name="customer_admin_tax_exempt", condition=Q(tax_exempt=True)),
            models.Index(fields=["id"], name="customer_admin_no_notices", condition=Q(notify_account=False)),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.number})" if self.display_name != self.number else self.number

    @property
    @admin_display(description=_("name"), ordering="sort_name")
    def display_name(self) -> str:
        """The name of the person, else of the company, else the e-mail address, else the number."""
        return " ".join(filter(None, [self.first_name, self.last_name])) or self.company or self.email or self.number

    def fill_stored_keys(self) -> None:
        person = " ".join(filter(None, [self.last_name, self.first_name]))
        self.sort_name = folded(person or self.display_name)[:300]
        self.sort_company = folded(self.company)[:200] or None
        self.sort_email = folded(self.email)[:254] or None
        values = {name: folded(getattr(self, name)) for name in ENDS if name != "phone"}
        digits = digits_of(self.phone)
        self.search_text = search_text_of({**values, "phone": digits})
        self.name_key = name_key(values["first_name"], values["last_name"], values["company"])
        self.phone_key = phone_key(digits)

    @property
    def is_tax_exempt_today(self) -> bool:
        """Whether the exemption counts: an expired certificate does not."""
        return self.tax_exempt and not self.is_tax_exemption_expired

    @property
    def is_tax_exemption_expired(self) -> bool:
        """Whether there is an exemption whose last day has passed."""
        return self.tax_exempt and self.tax_exempt_until is not None and self.tax_exempt_until < timezone.localdate()

    @property
    def login_status(self) -> str:
        """How the portal login stands, for people; "" for none."""
        return "" if self.login is None else str(self.login.state.label)

    @cached_property
    def login(self):  # type: ignore[no-untyped-def]
        """The portal login, or None."""
        return getattr(self, "portal_login", None)
