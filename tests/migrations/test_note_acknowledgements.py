"""An installation from before acknowledgements gets them, with the permission for the groups that it has."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

OLD = ("customer_admin", "0004_tell_of_older_rows")


def to_new() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def _back_to_new() -> Iterator[None]:
    yield
    to_new()


def who_may() -> set[str]:
    groups = Group.objects.filter(permissions__codename="acknowledge_accountnote")
    return set(groups.values_list("name", flat=True))


@pytest.mark.usefixtures("_back_to_new")
def test_existing_groups_of_staff_and_managers_get_the_permission() -> None:
    MigrationExecutor(connection).migrate([OLD])
    Permission.objects.filter(codename="acknowledge_accountnote").delete()
    Group.objects.create(name="Clerks")
    assert who_may() == set()
    to_new()
    assert who_may() == {"Customer staff", "Customer managers"}


@pytest.mark.usefixtures("_back_to_new")
def test_a_new_installation_makes_the_permission_with_its_groups() -> None:
    MigrationExecutor(connection).migrate([OLD])
    Group.objects.all().delete()
    Permission.objects.filter(codename="acknowledge_accountnote").delete()
    to_new()
    assert not Permission.objects.filter(codename="acknowledge_accountnote").exists()
