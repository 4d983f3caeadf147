"""The portal, where customers set their passwords, and the command that makes one."""

from urllib.parse import urlsplit

from django.core.management import call_command
from django.test import Client

from customer_admin.mail.links import set_password_link
from customer_admin.models import Source
from tests.factories import make_login
from tests.sweep.browser import submit
from tests.sweep.door import Watch, door

SETTINGS = "customer_admin.CustomerAdminSettings"


@door("create_portal", "created", only=[f"{SETTINGS}.{name}" for name in ("id", "site", "portal_enabled")])
def create_portal(watch: Watch) -> None:
    with watch.going_through(by=None):
        make_portal(watch)


@door("portal", "changed", source=Source.PORTAL, only=["customer_admin.PortalLogin.password_set_at"])
def set_password(watch: Watch) -> None:
    make_portal(watch)
    login, browser = make_login(), Client()
    form = browser.get(urlsplit(set_password_link(login)).path)["Location"]
    with watch.going_through(by=login.user):
        submit(browser, form, {"password": "Windy-Hill-77", "repeated": "Windy-Hill-77"})


def make_portal(watch: Watch) -> None:
    with (watch.folder / "told.txt").open("w") as told:
        call_command("create_portal", stdout=told)
