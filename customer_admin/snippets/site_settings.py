"""Wagtail's screen for the settings of a site, with the door of this app behind it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from wagtail.admin.panels import ObjectList, extract_panel_definitions_from_model_class
from wagtail.contrib.settings.views import EditView

from customer_admin import operations
from customer_admin.forms.meanwhile import SeenForm
from customer_admin.models import CustomerAdminSettings
from customer_admin.operations.site_settings import SETTINGS_FIELDS

from .doors import KeptMixin, RefusalMixin, entered


class SettingsEditView(KeptMixin, RefusalMixin, EditView):
    @cached_property
    def settings_panel(self) -> Any:
        panels = extract_panel_definitions_from_model_class(CustomerAdminSettings, ["site"])
        return ObjectList(panels, base_form_class=SeenForm).bind_to_model(CustomerAdminSettings)

    def get_panel(self) -> Any:
        return self.settings_panel

    def run_before_hook(self) -> None:
        """Wagtail's own view has run the hooks, this app's among them."""

    def save_instance(self) -> CustomerAdminSettings:
        return operations.update_settings(
            actor=self.request.user,
            settings=self.object,
            seen=self.form.cleaned_data["seen"],
            **entered(self.form, SETTINGS_FIELDS),
        )


def edit_settings_by_operation(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Answer for Wagtail's view when it is about this app's settings."""
    if not isinstance(instance, CustomerAdminSettings):
        return None
    options = instance._meta
    return SettingsEditView.as_view()(request, options.app_label, options.model_name, pk=instance.site_id)
