"""The settings that staff made for a Wagtail site."""

from wagtail.models import Site

from customer_admin.models import CustomerAdminSettings


def settings_of(site: Site) -> CustomerAdminSettings:
    """The settings of `site`; unsaved default values when nobody has saved any. Never writes."""
    return CustomerAdminSettings.objects.filter(site=site).first() or CustomerAdminSettings(site=site)
