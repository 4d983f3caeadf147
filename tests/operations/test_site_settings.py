"""Changing the settings of a site."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupSitePermission, Site

from customer_admin.errors import PermissionRefused, SettingsRefused
from customer_admin.models import SYSTEM, ChangeSet, CustomerAdminSettings, recording
from customer_admin.operations import update_settings
from tests.factories import make_auditor, make_manager, make_portal_user, make_staff
from tests.unchanged import nothing_changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("portal_on")]


def test_settings_are_changed_with_who_and_why() -> None:
    manager, row = make_manager(), CustomerAdminSettings.objects.get()
    row = update_settings(actor=manager, settings=row, sender_name="Shop", reason="New name")
    assert (row.portal_enabled, row.sender_name) == (True, "Shop")
    change_set = ChangeSet.objects.get(kind="edit", actor=manager)
    assert change_set.reason == "New name"
    before = ChangeSet.objects.count()
    update_settings(actor=manager, settings=row, sender_name="Shop")
    assert ChangeSet.objects.count() == before


def test_only_managers_change_settings() -> None:
    row = CustomerAdminSettings.objects.get()
    others = [make_staff(), make_auditor(), make_portal_user()]
    for actor in others:
        with nothing_changes(), pytest.raises(PermissionRefused):
            update_settings(actor=actor, settings=row, sender_name="Shop")


def test_a_group_may_change_the_settings_of_its_site_only() -> None:
    site, user, row = Site.objects.get(), make_staff(), CustomerAdminSettings.objects.get()
    permission = Permission.objects.get(codename="change_customeradminsettings")
    GroupSitePermission.objects.create(group=Group.objects.get(user=user), site=site, permission=permission)
    assert update_settings(actor=user, settings=row, sender_name="Shop").sender_name == "Shop"
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    theirs = CustomerAdminSettings.for_site(other)
    with nothing_changes(), pytest.raises(PermissionRefused):
        update_settings(actor=user, settings=theirs, sender_name="Shop")


def test_settings_of_a_site_that_went_meanwhile_are_refused() -> None:
    site = Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page)
    with recording(actor=SYSTEM):
        row = CustomerAdminSettings.for_site(site)
        site.delete()
    with nothing_changes(), pytest.raises(SettingsRefused) as caught:
        update_settings(actor=SYSTEM, settings=row, sender_name="Shop")
    assert caught.value.code == "gone"


def test_settings_that_cannot_be_saved_are_refused() -> None:
    row = CustomerAdminSettings.objects.get()
    with nothing_changes(), pytest.raises(SettingsRefused) as caught:
        update_settings(actor=SYSTEM, settings=row, number_prefix="C1")
    assert list(caught.value.fields) == ["number_prefix"]
    with nothing_changes(), pytest.raises(TypeError, match="no field site"):
        update_settings(actor=SYSTEM, settings=row, site=None)
