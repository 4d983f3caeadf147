"""The form of a customer in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from customer_admin.models import Customer, CustomerClass
from customer_admin.selectors.history import rows_seen, version_of

from .catch_up import catch_up


class ReasonForm(WagtailAdminModelForm):
    """A form that also asks why, for the history."""

    reason = forms.CharField(
        label=_("Reason for this change"),
        required=False,
        max_length=500,
        help_text=_("Optional. Shown in the history."),
    )


class CustomerForm(ReasonForm):
    seen = forms.RegexField(r"^\d{1,18}\.\d{1,18}\.\d{1,18}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Customer = self.instance
        if customer.pk:
            self.initial["seen"] = version_of(customer)
        if "customer_class" in self.fields:
            # A class that is no longer active stays with who has it, and nobody else can choose it.
            active = CustomerClass.objects.filter(is_active=True)
            own = CustomerClass.objects.filter(pk=customer.customer_class_id)
            self.fields["customer_class"].queryset = (active | own).distinct()
            if not customer.pk:
                self.initial.setdefault("customer_class", active.filter(is_default=True).first())

    def catch_up(self) -> None:
        """After somebody else saved the customer: let a second Save put in place what this person changed."""
        now = Customer.all_objects.get(pk=self.instance.pk)
        fresh = type(self)(instance=now, for_user=self.for_user)
        changed = catch_up(self, fresh, rows_seen(now, self.cleaned_data["seen"]))
        self.data["seen"] = version_of(now)
        if changed:
            self.add_error(None, _("Changed meanwhile: %(fields)s.") % {"fields": ", ".join(changed)})
