"""The groups that every installation gets."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from customer_admin.groups import create_groups
from customer_admin.permissions import GROUPS

pytestmark = pytest.mark.django_db


def permissions_of(group: Group) -> set[str]:
    return {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}


def test_migrating_made_the_groups_with_their_permissions(groups: dict[str, Group]) -> None:
    for name, permissions in GROUPS.items():
        labels = {config.label for config in apps.get_app_configs()}
        there = {permission for permission in permissions if permission.partition(".")[0] in labels}
        assert permissions_of(groups[name]) == there
        assert "wagtailadmin.access_admin" in there


def test_what_a_host_makes_of_a_group_stays(groups: dict[str, Group]) -> None:
    staff = groups["Customer staff"]
    staff.permissions.remove(Permission.objects.get(codename="add_customer"))
    staff.permissions.add(Permission.objects.get(codename="delete_customer"))
    before = permissions_of(staff)
    create_groups(sender=apps.get_app_config("customer_admin"))
    call_command("migrate", verbosity=0)
    assert permissions_of(staff) == before


def test_a_group_that_was_removed_comes_back_with_the_next_migration(groups: dict[str, Group]) -> None:
    groups["Customer auditors"].delete()
    create_groups(sender=apps.get_app_config("customer_admin"))
    create_groups(sender=apps.get_app_config("customer_admin"))
    assert permissions_of(Group.objects.get(name="Customer auditors")) >= {
        "customer_admin.view_customer",
        "wagtailadmin.access_admin",
    }
