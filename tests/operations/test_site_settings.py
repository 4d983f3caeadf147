"""Changing the settings of a site."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupSitePermission, Site

from customer_admin.errors import ClassRefused, PermissionRefused, SettingsRefused
from customer_admin.models import SYSTEM, ChangeSet, CustomerAdminSettings, recording
from customer_admin.operations import create_customer, update_class, update_settings
from tests.factories import make_auditor, make_class, make_manager, make_portal_user, make_staff
from tests.threads import on_postgresql, run_together
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


def test_the_default_class_of_a_site_comes_before_that_of_all_sites() -> None:
    row, site_class = CustomerAdminSettings.objects.get(), make_class()
    general = make_class(is_default=True)
    assert create_customer(actor=SYSTEM, company="A").customer_class == general
    update_settings(actor=SYSTEM, settings=row, default_class=site_class)
    assert create_customer(actor=SYSTEM, company="A").customer_class == site_class


def test_the_default_class_of_a_site_is_active() -> None:
    row, inactive = CustomerAdminSettings.objects.get(), make_class(is_active=False)
    with nothing_changes(), pytest.raises(SettingsRefused) as caught:
        update_settings(actor=SYSTEM, settings=row, default_class=inactive)
    assert list(caught.value.fields) == ["default_class"]


@pytest.mark.parametrize("field", ["required_for_staff", "required_for_customers"])
@pytest.mark.parametrize("names", [["fax"], ["number"], "pk", ["\x00"], 7])
def test_only_what_can_be_required_is(field: str, names: Any) -> None:
    row = CustomerAdminSettings.objects.get()
    with nothing_changes(), pytest.raises(SettingsRefused) as caught:
        update_settings(actor=SYSTEM, settings=row, **{field: names})
    assert list(caught.value.fields) == [field]


def test_an_empty_title_of_the_payment_methods_is_the_usual_one() -> None:
    row = CustomerAdminSettings.objects.get()
    assert update_settings(actor=SYSTEM, settings=row, payment_methods_title="Cards").payment_methods_title == "Cards"
    row = update_settings(actor=SYSTEM, settings=row, payment_methods_title=" ")
    assert row.payment_methods_title == "Payment methods"


@on_postgresql
def test_a_class_is_not_made_a_default_while_it_is_deactivated() -> None:
    row = CustomerAdminSettings.objects.get()
    for _round in range(5):
        customer_class = make_class()
        answers = run_together(
            lambda each=customer_class: update_settings(actor=SYSTEM, settings=row, default_class=each),
            lambda each=customer_class: update_class(actor=SYSTEM, customer_class=each, is_active=False),
        )
        assert {type(answer) for answer in answers} & {SettingsRefused, ClassRefused}
        row.refresh_from_db()
        assert row.default_class is None or row.default_class.is_active
