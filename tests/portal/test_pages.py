from typing import Any

import pytest
from django.test import Client, override_settings
from wagtail.models import Locale, Page, Site

from customer_admin.models import PortalLogin
from portal.addresses import KINDS
from portal.models import (
    PortalAccountPage,
    PortalForgotPasswordPage,
    PortalHomePage,
    PortalSetPasswordPage,
    PortalSignInPage,
)
from portal.tree import PortalTree
from tests.factories import make_order, make_user
from tests.portal.conftest import make_site

ADDRESSES = [
    "/portal/",
    "/portal/sign-in/",
    "/portal/sign-in/sign-out/",
    "/portal/forgot-password/",
    "/portal/forgot-password/sent/",
    "/portal/set-password/",
    "/portal/set-password/token/",
    "/portal/account/",
    "/portal/account/orders/X/",
]
PAGE_TYPES = [
    PortalHomePage,
    PortalSignInPage,
    PortalForgotPasswordPage,
    PortalSetPasswordPage,
    PortalAccountPage,
]


def is_never_cached(response: Any) -> bool:
    return {"no-store", "private"} <= set(response["Cache-Control"].split(", ")) and "Cookie" in response["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "head", "post", "options", "put", "delete", "patch"])
def test_every_answer_is_kept_out_of_caches(client: Client, portal: PortalTree, address: str, method: str) -> None:
    response = getattr(client, method)(address)

    assert is_never_cached(response)
    assert response["Referrer-Policy"] == "same-origin"
    assert (response.status_code == 405) is (method in {"put", "delete", "patch"})
    if method == "options":
        assert response["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_signed_in_customers_answers_are_kept_out_of_caches(customer_client: Client, address: str) -> None:
    assert is_never_cached(customer_client.get(address))


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_live_is_not_there(client: Client, portal: PortalTree, address: str) -> None:
    for page in portal.pages.values():
        page.specific.unpublish()

    assert client.get(address).status_code == 404


def test_unknown_sub_routes_are_not_there(customer_client: Client) -> None:
    for address in ("/portal/account/orders/", "/portal/account/x/", "/portal/sign-in/x/", "/portal/x/"):
        assert customer_client.get(address).status_code == 404


def test_home_shows_the_way_in(client: Client, portal: PortalTree) -> None:
    page = client.get("/portal/").content.decode()

    assert 'href="/portal/sign-in/"' in page
    assert 'href="/portal/forgot-password/"' in page
    assert "/portal/account/" not in page


def test_home_greets_a_customer(customer_client: Client, login: PortalLogin) -> None:
    page = customer_client.get("/portal/").content.decode()

    assert f"Welcome back, {login.customer.display_name}" in page
    assert 'href="/portal/account/"' in page


def test_every_page_names_its_language_and_has_a_way_past_the_header(client: Client, portal: PortalTree) -> None:
    page = client.get("/portal/", headers={"accept-language": "de"}).content.decode()

    assert '<html lang="en" dir="ltr">' in page
    assert '<a class="portal-skip" href="#main">' in page
    assert 'role="status" aria-live="polite"' in page


def test_texts_of_editors_show(client: Client, portal: PortalTree) -> None:
    page = portal.pages["sign_in"].specific
    page.title, page.intro, page.help = "Come in", "<p>The door is open.</p>", "<p>Ring twice.</p>"
    page.save()

    content = client.get("/portal/sign-in/").content.decode()

    for text in ("<h1>Come in</h1>", "The door is open.", "Ring twice."):
        assert text in content


def test_a_page_that_was_moved_and_renamed_is_found_by_the_others(client: Client, portal: PortalTree) -> None:
    page = portal.pages["sign_in"].specific
    page.slug = "door"
    page.save()

    assert client.get("/portal/account/")["Location"] == "/portal/door/?next=%2Fportal%2Faccount%2F"
    assert 'action="/portal/door/sign-out/"' not in client.get("/portal/").content.decode()
    assert 'href="/portal/door/"' in client.get("/portal/").content.decode()


def test_pages_work_while_others_are_not_published(customer_client: Client, portal: PortalTree) -> None:
    for kind in ("home", "sign_in", "forgot_password"):
        page = Page.objects.get(pk=portal.pages[kind].pk)
        page.live = False
        page.save()

    assert customer_client.get("/portal/account/").status_code == 200
    assert Client().get("/portal/account/")["Location"] == "/?next=%2Fportal%2Faccount%2F"


@pytest.mark.parametrize("kind", KINDS)
def test_every_preview_shows_made_up_data(portal: PortalTree, login: PortalLogin, kind: str) -> None:
    make_order(login.customer, number="REAL-1", lines=1)
    page = portal.pages[kind].specific

    for mode, _name in page.preview_modes:
        response = page.make_preview_request(preview_mode=mode)
        assert response.status_code == 200
        assert is_never_cached(response)
        for text in ("REAL-1", login.customer.last_name, login.email):
            assert text not in response.content.decode()


def test_editors_see_the_preview_in_the_page_editor(client: Client, portal: PortalTree) -> None:
    client.force_login(make_user("root", is_superuser=True, is_staff=True, first_name="Rita"))
    address = f"/admin/pages/{portal.pages['account'].pk}/edit/preview/"
    draft = {"title": "Mine", "slug": "account", "intro": "null", "help": "null", "comments-TOTAL_FORMS": 0}

    assert client.post(address, draft | {"comments-INITIAL_FORMS": 0}).json()["is_valid"]
    response = client.get(address, {"mode": ""})

    assert response.status_code == 200
    assert "<h1>Mine</h1>" in response.content.decode()
    assert "Sample Customer" in response.content.decode()
    assert "Rita" not in response.content.decode()


def test_the_preview_of_the_account_shows_a_sample(portal: PortalTree) -> None:
    page = portal.pages["account"].specific

    account = page.make_preview_request(preview_mode="").content.decode()
    order = page.make_preview_request(preview_mode="order").content.decode()

    for text in ("Sample Customer", "SAMPLE-3", "1 Example Street"):
        assert text in account
    for text in ("Order SAMPLE-3", "Sample article", "52.90 EUR"):
        assert text in order


def test_a_page_that_was_never_saved_can_be_previewed(portal: PortalTree) -> None:
    page = PortalSignInPage(title="New", slug="new", locale=Locale.get_default())

    assert "<h1>New</h1>" in page.make_preview_request(preview_mode="").content.decode()


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_a_site_has_one_page_of_each_kind(portal: PortalTree, page_type: Any) -> None:
    assert not page_type.can_create_at(Page.objects.get(pk=portal.pages["home"].pk).specific)
    assert not page_type.can_create_at(Site.objects.get(is_default_site=True).root_page.specific)


def test_another_site_may_have_its_own(portal: PortalTree) -> None:
    root = Page.get_first_root_node().add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=root)

    assert PortalHomePage.can_create_at(Page.objects.get(pk=root.pk).specific)


def test_two_sites_keep_their_customers_and_pages_apart(customer_client: Client, login: PortalLogin) -> None:
    other = make_site("other.example")

    response = customer_client.get("/portal/account/", headers={"host": other.hostname})

    assert response["Location"] == "/portal/sign-in/?next=%2Fportal%2Faccount%2F"
    assert customer_client.get("/portal/account/").status_code == 200


@override_settings(WAGTAIL_I18N_ENABLED=True)
def test_a_translated_portal_speaks_its_own_language(client: Client, portal: PortalTree, site: Site) -> None:
    german = Locale.objects.create(language_code="de")
    site.root_page.specific.copy_for_translation(german).save_revision().publish()
    for kind in KINDS:
        copy = Page.objects.get(pk=portal.pages[kind].pk).specific.copy_for_translation(german)
        copy.title = f"{kind} auf Deutsch"
        copy.save_revision().publish()

    page = client.get("/portal/sign-in/", headers={"accept-language": "de"})

    assert "<h1>sign_in auf Deutsch</h1>" in page.content.decode()
    assert '<html lang="de" dir="ltr">' in page.content.decode()
    assert page["Content-Language"] == "de"
    assert "<h1>Sign in</h1>" in client.get("/portal/sign-in/", headers={"accept-language": "en"}).content.decode()
