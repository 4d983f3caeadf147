"""Wagtail's screen for the settings of a site, with the door of this app behind it."""

from typing import Any

from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.contrib.settings.views import EditView

from customer_admin import operations
from customer_admin.forms.site_settings import SettingsForm
from customer_admin.models import CustomerAdminSettings
from customer_admin.operations.site_settings import SETTINGS_FIELDS

from .doors import KeptMixin, RefusalMixin, entered

PANELS = ObjectList(
    [
        MultiFieldPanel(
            [FieldPanel("number_prefix"), FieldPanel("default_class", widget=Select)], heading=_("New customers")
        ),
        # What customers must fill in is asked here as soon as the portal lets them fill in something.
        MultiFieldPanel([FieldPanel("required_for_staff")], heading=_("Required fields")),
        MultiFieldPanel([FieldPanel("warnings_hold_back")], heading=_("Alerts")),
        MultiFieldPanel([FieldPanel("merges_need_second")], heading=_("Merging")),
        MultiFieldPanel([FieldPanel("payment_methods_title")], heading=_("The page of a customer")),
        MultiFieldPanel([FieldPanel("portal_enabled")], heading=_("Portal")),
        MultiFieldPanel([FieldPanel("sender_name"), FieldPanel("sender_email")], heading=_("E-mail")),
    ],
    base_form_class=SettingsForm,
)


class SettingsEditView(KeptMixin, RefusalMixin, EditView):
    @cached_property
    def settings_panel(self) -> Any:
        return PANELS.bind_to_model(CustomerAdminSettings)

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
