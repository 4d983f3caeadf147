"""The settings that staff made for a Wagtail site."""

from collections.abc import Iterable

from wagtail.models import Site

from customer_admin.models import CustomerAdminSettings, CustomerClass


def settings_of(site: Site) -> CustomerAdminSettings:
    """The settings of `site`; unsaved default values when nobody has saved any. Never writes."""
    found = CustomerAdminSettings.objects.select_related("default_class").filter(site=site).first()
    return found or CustomerAdminSettings(site=site)


def default_class_of(settings: CustomerAdminSettings) -> CustomerClass | None:
    """The class that a new customer of the site gets: the site's own, else the installation's."""
    own = settings.default_class
    if own is not None and own.is_active:
        return own
    return CustomerClass.objects.filter(is_default=True, is_active=True).first()


def sites_that_give(customer_class: CustomerClass) -> list[str]:
    """The names of the sites whose new customers get this class by the settings."""
    return sites_that_give_each([customer_class.pk]).get(customer_class.pk, [])


def sites_that_give_each(keys: Iterable[int]) -> dict[int, list[str]]:
    """The same by the keys of several classes; those that no site gives are left out."""
    found: dict[int, list[str]] = {}
    rows = CustomerAdminSettings.objects.filter(default_class__in=list(keys)).select_related("site")
    for row in rows.order_by("site__hostname", "pk"):
        if row.default_class_id is not None:
            found.setdefault(row.default_class_id, []).append(str(row.site))
    return found
