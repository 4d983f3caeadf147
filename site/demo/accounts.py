"""The accounts of the demo's staff, and the address at which the demo is reached."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from wagtail.models import Site

from customer_admin.models import recording
from customer_admin.selectors.site_settings import settings_of

from .shop import PASSWORD, SENDER, SHOP, STAFF


def make_staff() -> dict[str, Any]:
    """The users of the demo's staff by user name. Those who are there stay as they are, password included."""
    User = get_user_model()
    users = {user.get_username(): user for user in User.objects.filter(username__in=[one.username for one in STAFF])}
    password = None
    for member in STAFF:
        if member.username in users:
            continue
        password = password or make_password(PASSWORD)  # Once for all: hashing is slow on purpose.
        user = users[member.username] = User.objects.create(
            username=member.username,
            first_name=member.first_name,
            last_name=member.last_name,
            email=f"{member.username}@example.com",
            password=password,
            is_superuser=member.is_superuser,
            is_staff=member.is_superuser,
        )
        user.groups.set(Group.objects.filter(name=member.group))
    return users


def name_site(host: str, port: int) -> Site:
    """The default site with the shop's name and the address at which it is served now, so that links in mails work."""
    site = Site.objects.get(is_default_site=True)
    site.hostname, site.port, site.site_name = host, port, SHOP
    site.save()
    return site


def name_sender(site: Site, manager: Any) -> None:
    """The sender of the shop's mails, as the manager entered it."""
    with recording(actor=manager, reason="Opening of the portal"):
        settings = settings_of(site)
        settings.sender_name, settings.sender_email = SHOP, SENDER
        settings.save()
