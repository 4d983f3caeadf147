"""A portal that is nothing but addresses, so that mail is tested without any portal installed."""

from typing import Any

from wagtail.models import Site

from customer_admin.models import SYSTEM, CustomerAdminSettings, recording

SITE_NAME = "Stone & Sons' Farm"


class PlainAddresses:
    """Answers what `PORTAL_ADDRESSES` asks of a host."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def sign_in(self) -> str:
        return "https://shop.example/sign-in/"

    def account(self) -> str:
        return "https://shop.example/account/"

    def set_password(self, token: str) -> str:
        return f"https://shop.example/set-password/{token}/"


def open_portal(**fields: Any) -> CustomerAdminSettings:
    """Turn the portal of the default site on, and give the site a name that needs escaping in HTML."""
    site = Site.objects.get(is_default_site=True)
    site.site_name = SITE_NAME
    site.save()
    values = {"portal_enabled": True, **fields}
    with recording(actor=SYSTEM, reason="Test data"):
        settings, created = CustomerAdminSettings.objects.get_or_create(site=site, defaults=values)
        if not created:
            for name, value in values.items():
                setattr(settings, name, value)
            settings.save()
    return settings


def token_in(text: str) -> str:
    """The token of the one link in a mail."""
    return text.split("https://shop.example/set-password/")[1].split("/")[0]
