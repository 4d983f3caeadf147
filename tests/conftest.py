"""What every test gets: the tree a Wagtail site begins with, and the check that no row escaped the history."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group

from customer_admin.selectors.drift import drift


@pytest.fixture(autouse=True)
def _nothing_escaped_the_history(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test that may use the database, every tracked row must be what its history says."""
    database = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if database:  # Asked for here, so that this fixture is torn down before the database is.
        request.getfixturevalue("transactional_db" if database != {"db"} else "db")
    yield
    if database:
        assert drift() == []


@pytest.fixture
def transactional_db(transactional_db: None) -> None:
    """Flushing takes the rows that migrations made along; put them back."""
    from tests.site_tree import restore_site_tree

    restore_site_tree()


@pytest.fixture
def groups(db: None) -> dict[str, Group]:
    return {group.name: group for group in Group.objects.all()}
