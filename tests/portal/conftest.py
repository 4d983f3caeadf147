"""A site with an open portal, and customers who can sign in to it."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, Site

from customer_admin.models import SYSTEM, Customer, CustomerAdminSettings, PortalLogin, recording
from customer_admin.operations import create_login
from portal.tree import PortalTree, make_portal
from tests.factories import PASSWORD, make_customer


def make_login(customer: Customer | None = None, *, username: str = "ada", **fields: Any) -> PortalLogin:
    """The login of a customer, with the password of all factories."""
    return create_login(
        actor=SYSTEM,
        customer=customer or make_customer(),
        **{"email": f"{username}@example.com", "username": username, "password": PASSWORD, **fields},
    )


def make_site(hostname: str) -> Site:
    """Another site with a root page and an open portal of its own."""
    root = Page.get_first_root_node().add_child(instance=Page(title=hostname, slug=hostname.split(".")[0]))
    site = Site.objects.create(hostname=hostname, port=80, root_page=root, site_name=hostname)
    make_portal(site=site)
    return site


def switch_portal(site: Site, *, enabled: bool) -> None:
    with recording(actor=SYSTEM):
        settings = CustomerAdminSettings.objects.get(site=site)
        settings.portal_enabled = enabled
        settings.save()


def sign_in(client: Client, login: PortalLogin, **data: str) -> Any:
    """Post the sign-in form as the customer would."""
    return client.post("/portal/sign-in/", {"identifier": login.username, "password": PASSWORD, **data})


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def portal(site: Site) -> PortalTree:
    return make_portal(site=site)


@pytest.fixture
def login(portal: PortalTree) -> PortalLogin:
    return make_login()


@pytest.fixture
def customer_client(client: Client, login: PortalLogin) -> Client:
    assert sign_in(client, login).status_code == 302
    return client
