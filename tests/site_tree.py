"""The rows that Wagtail's and this app's migrations make, for tests that run with real transactions."""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from wagtail.models import Locale, Page, Site


def restore_site_tree() -> None:
    if not Site.objects.exists():
        locale, _ = Locale.objects.get_or_create(language_code="en")
        root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
        home = root.add_child(instance=Page(title="Home", slug="home", locale=locale))
        Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True, site_name="Test")
    admin, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    Permission.objects.get_or_create(content_type=admin, codename="access_admin", name="Can access Wagtail admin")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
