from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page, Site

from customer_admin.models import ActorKind, ChangeSet, ChangeSetKind, CustomerAdminSettings
from portal.addresses import KINDS
from portal.models import PortalHomePage
from tests.portal.conftest import make_site, switch_portal


def create_portal(*args: Any) -> str:
    out = StringIO()
    call_command("create_portal", *args, stdout=out, no_color=True)
    return out.getvalue()


def tree() -> list[tuple[Any, ...]]:
    return list(Page.objects.order_by("path").values_list("path", "title", "url_path", "live", "latest_revision"))


def test_it_makes_a_working_tree_below_the_root_page(client: Client, site: Site) -> None:
    told = create_portal()

    assert told.count("(made)") == len(KINDS)
    assert "The portal is on." in told
    home = PortalHomePage.objects.get()
    assert home.get_parent().pk == site.root_page_id
    assert [page.slug for page in home.get_children()] == ["sign-in", "forgot-password", "set-password", "account"]
    assert all(page.live and page.latest_revision for page in Page.objects.descendant_of(home, inclusive=True))
    assert client.get("/portal/").status_code == 200


def test_it_turns_the_portal_on_and_history_says_the_system_did(site: Site) -> None:
    create_portal()

    assert CustomerAdminSettings.objects.get(site=site).portal_enabled
    change_set = ChangeSet.objects.get()
    assert (change_set.actor_kind, change_set.kind) == (ActorKind.SYSTEM, ChangeSetKind.SYSTEM)
    assert change_set.reason == "The portal was made"


def test_a_second_run_changes_nothing_and_says_what_is_there(site: Site) -> None:
    create_portal()
    before = tree()

    told = create_portal()

    assert told.count("(there already)") == len(KINDS)
    assert f"{site.root_url}/portal/account/" in told
    assert tree() == before
    assert ChangeSet.objects.count() == 1


def test_a_second_run_puts_back_only_what_is_missing(site: Site) -> None:
    create_portal()
    PortalHomePage.objects.get().get_children().get(slug="account").delete()

    told = create_portal()

    assert told.count("(made)") == 1
    assert "/portal/account/  “Your account” (made)" in told


def test_a_second_run_respects_what_staff_decided(site: Site) -> None:
    create_portal()
    switch_portal(site, enabled=False)
    Page.objects.get(slug="account").specific.unpublish()

    told = create_portal()

    assert "(there already, not published)" in told
    assert "The portal is off. Turn it on" in told
    assert not Page.objects.get(slug="account").live
    assert not CustomerAdminSettings.objects.get(site=site).portal_enabled


def test_as_root_puts_the_portal_at_the_front_door(client: Client, site: Site) -> None:
    former = site.root_page

    create_portal("--as-root")

    site.refresh_from_db()
    assert isinstance(site.root_page.specific, PortalHomePage)
    assert Page.objects.filter(pk=former.pk).exists()
    assert client.get("/").status_code == 200
    assert client.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"
    assert create_portal("--as-root").count("(there already)") == len(KINDS)


def test_below_a_page_of_ones_choice(client: Client, site: Site) -> None:
    section = site.root_page.add_child(instance=Page(title="Section", slug="section"))

    create_portal("--parent", str(section.pk))

    assert client.get("/section/portal/sign-in/").status_code == 200


def test_for_a_site_of_ones_choice(site: Site) -> None:
    root = Page.get_first_root_node().add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", port=8443, root_page=root)

    assert "http://other.example:8443/portal/" in create_portal("--site", "other.example:8443")
    assert "(there already)" in create_portal("--site", "other.example")
    assert not CustomerAdminSettings.objects.filter(site=site, portal_enabled=True).exists()


def test_an_address_that_is_taken_is_passed_over(site: Site) -> None:
    site.root_page.add_child(instance=Page(title="Portal", slug="portal"))

    create_portal()

    assert PortalHomePage.objects.get().slug == "portal-1"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--site", "nobody.example"], "There is no site nobody.example. There are: localhost:"),
        (["--site", "localhost:x"], "“x” is not a port"),
        (["--parent", "999999"], "There is no page with the id 999999."),
        (["--parent", "1"], "is not part of the site"),
        (["--parent", "1", "--as-root"], "not allowed with argument"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_made(site: Site, args: list[str], message: str) -> None:
    before = tree()

    with pytest.raises(CommandError, match=message):
        create_portal(*args)

    assert tree() == before
    assert not ChangeSet.objects.exists()


def test_two_sites_of_one_hostname_need_the_port(site: Site) -> None:
    other = make_site("other.example")
    Site.objects.create(hostname="other.example", port=8000, root_page=other.root_page)

    with pytest.raises(CommandError, match=r"Several sites have this hostname\. Add the port: other\.example:80, "):
        create_portal("--site", "other.example")


def test_without_a_default_site_one_must_be_named(site: Site) -> None:
    Site.objects.update(is_default_site=False)

    with pytest.raises(CommandError, match="No site is the default one"):
        create_portal()
