"""manage.py create_portal: makes the pages of a site's customer portal and opens it."""

from argparse import ArgumentParser
from typing import Any

import swapper
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Site

from portal.addresses import KINDS
from portal.errors import PortalRefused
from portal.tree import PortalTree, make_portal


class Command(BaseCommand):
    help = (
        "Makes the pages of a customer portal (home, sign-in, forgot and set password, account), publishes them and "
        "turns the portal on. Pages that are there stay as they are, so it may be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", metavar="HOSTNAME[:PORT]", help="The Wagtail site; the default one if not given.")
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--parent", type=int, metavar="PAGE_ID", help="Put the portal below this page.")
        place.add_argument(
            "--as-root",
            action="store_true",
            help="Make the portal the site's root page. The former root page stays, but belongs to no site any more.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = self._site(options["site"])
        try:
            tree = make_portal(site=site, parent=self._parent(options["parent"]), as_root=options["as_root"])
        except PortalRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self._tell(tree, site)

    def _site(self, name: str | None) -> Site:
        if not name:
            site = Site.objects.filter(is_default_site=True).first()
            if site is None:
                raise CommandError("No site is the default one. Name one with --site HOSTNAME[:PORT].")
            return site
        hostname, _colon, port = name.partition(":")
        if port and not port.isdecimal():
            raise CommandError(f"“{port}” is not a port. Write --site HOSTNAME or --site HOSTNAME:PORT.")
        found = list(Site.objects.filter(hostname=hostname, **({"port": int(port)} if port else {})))
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{site.hostname}:{site.port}" for site in found or Site.objects.all())
        if found:
            raise CommandError(f"Several sites have this hostname. Add the port: {known}")
        raise CommandError(f"There is no site {name}. There are: {known or 'none'}")

    def _parent(self, key: int | None) -> Any:
        if key is None:
            return None
        page = swapper.load_model("wagtailcore", "Page").objects.filter(pk=key).first()
        if page is None:
            raise CommandError(f"There is no page with the id {key}.")
        return page

    def _tell(self, tree: PortalTree, site: Site) -> None:
        for kind in KINDS:
            page = tree.pages[kind]
            state = "made" if kind in tree.made else ("there already" if page.live else "there already, not published")
            self.stdout.write(f"{page.full_url}  “{page.title}” ({state})")
        if tree.is_open:
            self.stdout.write(self.style.SUCCESS("The portal is on."))
        else:
            self.stdout.write(
                self.style.WARNING("The portal is off. Turn it on in the admin under Settings, Customer settings.")
            )
