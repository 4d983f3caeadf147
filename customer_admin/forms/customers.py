"""The form of a customer in the admin."""

from typing import Any

from django import forms
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from customer_admin.conf import app_settings
from customer_admin.models import Customer, CustomerAdminSettings, CustomerClass
from customer_admin.permissions import may
from customer_admin.selectors.duplicates import CERTAIN, Duplicate, duplicates_of
from customer_admin.selectors.required_fields import still_empty
from customer_admin.selectors.site_settings import default_class_of, settings_of

from .customer_parts import parts_for
from .documents import DocumentField
from .duplicates import typed_customer
from .meanwhile import SeenForm
from .newest_seen import NewestSeenField


class ReasonForm(SeenForm):
    """A form that also asks why, for the history."""

    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )


class ExemptField(forms.TypedChoiceField):
    """Whether a new customer is tax exempt: as the class says, unless somebody says otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("As the class says")), ("True", _("Yes")), ("False", _("No"))]
        super().__init__(
            **{**kwargs, "choices": choices, "required": False, "coerce": lambda value: value == "True"},
            empty_value=None,
        )


class CustomerForm(ReasonForm):
    """What the site's settings require has a mark. The operation decides whether it may be left out."""

    tax_exempt_document = DocumentField(
        label=_("Document"),
        required=False,
        help_text=_("The certificate as PDF, PNG or JPEG. Only staff who may see it can open it."),
    )

    newest_seen = NewestSeenField()
    duplicates_seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    class Media:
        js = [
            "customer_admin/js/addresses.js",
            "customer_admin/js/duplicates.js",
            "customer_admin/js/named-field.js",
        ]

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        self.for_user = for_user
        if for_user is not None and not may(for_user, "view_accountnote"):
            del self.formsets["account_notes"]
        self.is_new = not self.instance.pk
        self.similar: list[Duplicate] = []
        if self.is_new:
            self.initial["newest_seen"] = Customer.all_objects.aggregate(newest=Max("pk"))["newest"] or 0
        else:
            del self.fields["newest_seen"], self.fields["duplicates_seen"]
        self.settings = self._settings()
        self.marked = frozenset(self.settings.required_for_staff)
        for name in self.marked & self.fields.keys():
            self.fields[name].widget.attrs["aria-required"] = "true"
        if "customer_class" in self.fields:
            self._offer_classes()
        if "tax_exempt" in self.fields and self.is_new:
            asked = self.fields["tax_exempt"]
            self.fields["tax_exempt"] = ExemptField(label=asked.label, help_text=asked.help_text)
            self.initial["tax_exempt"] = ""
        if "tax_exempt_document" in self.fields:
            self._show_document()
        posted = {"data": self.data, "files": self.files} if self.is_bound else {}
        self.parts = parts_for(self.instance, for_user, **posted)

    @property
    def media(self) -> forms.Media:
        return sum((part.form.media for part in self.parts.values()), super().media)

    def is_multipart(self) -> bool:
        return super().is_multipart() or any(part.form.is_multipart() for part in self.parts.values())

    def has_changed(self) -> bool:
        return super().has_changed() or any(part.form.has_changed() for part in self.parts.values())

    def is_valid(self) -> bool:
        # All of them are asked, so that every error is shown at once.
        return all([super().is_valid(), *(part.form.is_valid() for part in self.parts.values())])

    @property
    def all_seen(self) -> list[Any]:
        return [*super().all_seen, *(part.seen for part in self.parts.values())]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("tax_exempt", "") is None:
            del cleaned["tax_exempt"]
        # The operation makes a row of the file; until then there is nothing that the customer could refer to.
        document = cleaned.pop("tax_exempt_document", None)
        self.document_entered: dict[str, Any] = {}
        if "tax_exempt_document" in self.changed_data:
            self.document_entered = {"tax_exempt_document": document or None}
        if self.is_new and not self.errors:
            self._tell_of_duplicates(cleaned)
        return cleaned

    def _tell_of_duplicates(self, cleaned: dict[str, Any]) -> None:
        """Refuse once when somebody is there who is certainly the same; who saves again means it."""
        if self.for_user is not None and not may(self.for_user, "view_customer"):
            return
        # One that was made since the form was opened may be this very form, sent twice.
        newest = cleaned.get("newest_seen")
        found = [
            each
            for each in duplicates_of(typed_customer(self.data))
            if each.level == CERTAIN and (newest is None or each.customer.pk <= newest)
        ]
        keys = ",".join(sorted(str(each.customer.pk) for each in found))
        if not found or set(keys.split(",")) <= set(cleaned.get("duplicates_seen", "").split(",")):
            return
        self.similar = found
        self.data = self.data.copy()
        self.data[self.add_prefix("duplicates_seen")] = keys
        self.add_error(
            None, _("This customer is there already, as far as one can tell. Open it, or save again to make a new one.")
        )

    @property
    def still_empty(self) -> list[str]:
        """What is required by now and was not yet asked when this customer was made."""
        return [] if self.is_new else still_empty(self.instance)

    def _settings(self) -> CustomerAdminSettings:
        if not self.is_new:
            return settings_of(self.instance.site)
        site = Site.objects.filter(is_default_site=True).first()
        return settings_of(site) if site else CustomerAdminSettings()

    def _offer_classes(self) -> None:
        # A class that is no longer active stays with who has it, and nobody else can choose it.
        active = CustomerClass.objects.filter(is_active=True)
        own = CustomerClass.objects.filter(pk=self.instance.customer_class_id)
        self.fields["customer_class"].queryset = (active | own).distinct()
        if self.is_new:
            self.initial.setdefault("customer_class", default_class_of(self.settings))
        else:
            told = _("Another class changes nothing else: preferences and tax exemption stay as they are.")
            self.fields["customer_class"].help_text = told

    def _show_document(self) -> None:
        if app_settings.PRIVATE_STORAGE is None:
            del self.fields["tax_exempt_document"]
            return
        self.initial["tax_exempt_document"] = self.instance.tax_exempt_document
        if self.instance.tax_exempt_document_id and self.for_user and may(self.for_user, "view_taxdocument"):
            name = f"{type(self.instance).snippet_viewset.url_namespace}:tax_document"
            self.fields["tax_exempt_document"].widget.document_url = reverse(name, args=[self.instance.pk])
