"""The form of a customer in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customer_admin.models import Customer, CustomerClass

from .customer_parts import parts_for
from .meanwhile import SeenForm


class ReasonForm(SeenForm):
    """A form that also asks why, for the history."""

    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )


class CustomerForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Customer = self.instance
        if "customer_class" in self.fields:
            # A class that is no longer active stays with who has it, and nobody else can choose it.
            active = CustomerClass.objects.filter(is_active=True)
            own = CustomerClass.objects.filter(pk=customer.customer_class_id)
            self.fields["customer_class"].queryset = (active | own).distinct()
            if not customer.pk:
                self.initial.setdefault("customer_class", active.filter(is_default=True).first())
        posted = {"data": self.data, "files": self.files} if self.is_bound else {}
        self.parts = parts_for(customer, self.for_user, **posted)

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
