import pytest
from django.test import override_settings
from wagtail.models import Locale, Page, Site

from customer_admin.conf import app_settings
from portal.addresses import KINDS, PageAddresses
from portal.errors import PageMissing
from portal.tree import PortalTree, make_portal
from tests.portal.conftest import make_site


def test_addresses_are_absolute_and_found_in_the_tree(portal: PortalTree, site: Site) -> None:
    addresses = PageAddresses(site)

    assert addresses.sign_in() == f"{site.root_url}/portal/sign-in/"
    assert addresses.account() == f"{site.root_url}/portal/account/"
    assert addresses.set_password("a:b_c") == f"{site.root_url}/portal/set-password/a_3ab_5fc/"


def test_it_is_what_the_settings_name(portal: PortalTree) -> None:
    assert app_settings.PORTAL_ADDRESSES is PageAddresses


def test_addresses_follow_the_pages(portal: PortalTree, site: Site) -> None:
    section = site.root_page.add_child(instance=Page(title="Section", slug="section"))
    home = portal.pages["home"].specific
    home.move(section, pos="last-child")
    page = Page.objects.get(pk=portal.pages["account"].pk).specific
    page.slug = "mine"
    page.save()

    assert PageAddresses(site).account() == f"{site.root_url}/section/portal/mine/"


def test_port_and_https_are_the_sites(portal: PortalTree, site: Site) -> None:
    site.hostname, site.port = "shop.example", 443
    site.save()

    assert PageAddresses(site).sign_in() == "https://shop.example/portal/sign-in/"


def test_each_site_has_its_own(portal: PortalTree, site: Site) -> None:
    other = make_site("other.example")

    assert PageAddresses(other).sign_in() == "http://other.example/portal/sign-in/"
    assert PageAddresses(site).sign_in() == f"{site.root_url}/portal/sign-in/"


def test_a_site_inside_anothers_tree_has_its_own(portal: PortalTree, site: Site) -> None:
    inner = site.root_page.add_child(instance=Page(title="Aaa", slug="aaa"))
    nested = Site.objects.create(hostname="inner.example", root_page=inner)
    make_portal(site=nested)

    assert PageAddresses(nested).sign_in() == "http://inner.example/portal/sign-in/"
    assert PageAddresses(site).sign_in() == f"{site.root_url}/portal/sign-in/"


def test_two_names_of_one_tree_each_get_their_own_name(portal: PortalTree, site: Site) -> None:
    alias = Site.objects.create(hostname="www.example", root_page=site.root_page)

    assert PageAddresses(alias).sign_in() == "http://www.example/portal/sign-in/"


@pytest.mark.parametrize("kind", ["sign_in", "account", "set_password"])
def test_without_a_live_page_the_error_says_what_to_do(portal: PortalTree, site: Site, kind: str) -> None:
    portal.pages[kind].specific.unpublish()
    ask = {"set_password": lambda: PageAddresses(site).set_password("x")}.get(kind)

    with pytest.raises(PageMissing) as caught:
        (ask or getattr(PageAddresses(site), kind))()

    assert caught.value.code == kind
    assert f"create_portal --site {site.hostname}:{site.port}" in caught.value.message


def test_without_any_pages_the_error_is_the_same(site: Site) -> None:
    with pytest.raises(PageMissing):
        PageAddresses(site).sign_in()


@override_settings(WAGTAIL_I18N_ENABLED=True)
def test_of_translated_pages_the_default_language_is_named(portal: PortalTree, site: Site) -> None:
    german = Locale.objects.create(language_code="de")
    site.root_page.specific.copy_for_translation(german).save_revision().publish()
    for kind in KINDS:
        copy = Page.objects.get(pk=portal.pages[kind].pk).specific.copy_for_translation(german)
        copy.slug = f"{copy.slug}-de"
        copy.save_revision().publish()
    assert PageAddresses(site).sign_in() == f"{site.root_url}/portal/sign-in/"

    portal.pages["sign_in"].specific.unpublish()
    assert PageAddresses(site).sign_in() == f"{site.root_url}/portal-de/sign-in-de/"
