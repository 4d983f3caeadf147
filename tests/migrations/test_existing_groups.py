"""The groups of an installation from before get the permissions for what joined the customer's account."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from customer_admin.permissions import GROUPS

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = ("customer_admin", "0005_note_acknowledgements")


def to_new() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_groups_that_are_there_get_all_that_new_ones_are_made_with() -> None:
    try:
        MigrationExecutor(connection).migrate([BEFORE])
        known = {
            "customeradminsettings",
            "customer",
            "accountnote",
            "customerclass",
            "portallogin",
            "order",
            "outgoingemail",
            "changeset",
        }
        new = Permission.objects.filter(content_type__app_label="customer_admin")
        new.exclude(content_type__model__in=known).delete()
        new.filter(codename__in=["export_customer", "resend_outgoingemail", "assign_order"]).delete()
        Group.objects.create(name="Clerks")
        to_new()

        for name, wanted in GROUPS.items():
            group = Group.objects.get(name=name)
            held = group.permissions.filter(content_type__app_label="customer_admin")
            held = {f"customer_admin.{codename}" for codename in held.values_list("codename", flat=True)}
            expected = {each for each in wanted if each.startswith("customer_admin.")}
            assert held == expected
        assert not Group.objects.get(name="Clerks").permissions.exists()
    finally:
        to_new()
