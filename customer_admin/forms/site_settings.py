"""The form of a site's settings in the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customer_admin.models import CustomerClass

from .meanwhile import SeenForm


class SettingsForm(SeenForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One that is no longer active stays shown where it was chosen, and is refused when it is saved.
        active = CustomerClass.objects.filter(is_active=True)
        own = CustomerClass.objects.filter(pk=self.instance.default_class_id)
        asked = self.fields["default_class"]
        asked.queryset, asked.empty_label = (active | own).distinct(), _("The same as for all sites")
