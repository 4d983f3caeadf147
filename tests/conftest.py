"""What every test gets: the tree a Wagtail site begins with, and the check that no row escaped the history."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from wagtail.models import Site

from customer_admin.selectors.drift import drift
from tests.kept import kept_wrongly

# No test fails because a machine was busy for a moment.
hypothesis.settings.register_profile("suite", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("suite")

# The suite runs on several host projects. A folder below is left out where what it tests is not installed.
_needs = {
    "portal": apps.is_installed("portal"),
    "second_factor": apps.is_installed("customer_admin.second_factor"),
    "hosts/test_bare.py": settings.ROOT_URLCONF == "tests.hosts.bare.urls",
    "hosts/test_full.py": settings.ROOT_URLCONF == "tests.hosts.full.urls",
    "hosts/test_full_guide.py": settings.ROOT_URLCONF == "tests.hosts.full.urls",
    "hosts/test_full_merge.py": settings.ROOT_URLCONF == "tests.hosts.full.urls",
    "hosts/test_full_page.py": settings.ROOT_URLCONF == "tests.hosts.full.urls",
    "hosts/test_full_history.py": settings.ROOT_URLCONF == "tests.hosts.full.urls",
} | dict.fromkeys(
    [
        "bench",
        "demo",
        "e2e",
        "hard",
        "house",
        "migrations",
        "operations/test_import_real_files.py",
        "services",
        "sweep/test_roles.py",
    ],
    settings.ROOT_URLCONF == "config.urls",
)
collect_ignore = [name for name, is_there in _needs.items() if not is_there]


@pytest.fixture(autouse=True)
def _no_addresses_of_another_test() -> None:
    """Wagtail keeps the paths of its sites in the cache, also when the test that made them is rolled back."""
    Site.clear_site_root_paths_cache()


@pytest.fixture(autouse=True)
def _nothing_escaped_the_history(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test that may use the database, every tracked row must be what its history says.

    And what customers keep of other rows must be what those are.
    """
    names, marker = set(request.fixturenames), request.node.get_closest_marker("django_db")
    transactional = bool({"transactional_db", "live_server"} & names or (marker and marker.kwargs.get("transaction")))
    database = transactional or "db" in names or marker is not None
    if database:  # Asked for here, so that this fixture is torn down before the database is.
        request.getfixturevalue("transactional_db" if transactional else "db")
    yield
    if database:
        assert drift() == []
        assert kept_wrongly() == []


@pytest.fixture
def transactional_db(transactional_db: None) -> None:
    """Flushing takes the rows that migrations made along; put them back."""
    from tests.site_tree import restore_site_tree

    restore_site_tree()


@pytest.fixture
def groups(db: None) -> dict[str, Group]:
    return {group.name: group for group in Group.objects.all()}


@pytest.fixture
def portal_on(db: None) -> None:
    """The portal of the default site is on."""
    from customer_admin.models import SYSTEM, CustomerAdminSettings, recording

    with recording(actor=SYSTEM, reason="Test data"):
        CustomerAdminSettings.objects.update_or_create(
            site=Site.objects.get(is_default_site=True), defaults={"portal_enabled": True}
        )
