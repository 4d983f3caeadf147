"""The settings of a site."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from customer_admin.models import SYSTEM, ChangeSet, CustomerAdminSettings, recording
from customer_admin.selectors.site_settings import settings_of
from tests.factories import make_staff
from tests.threads import on_postgresql, run_together

pytestmark = pytest.mark.django_db


def test_reading_the_settings_writes_nothing() -> None:
    found = settings_of(Site.objects.get())
    assert (found.pk, found.portal_enabled, found.number_prefix) == (None, False, "C")
    assert CustomerAdminSettings.objects.count() == 0


def test_saved_settings_are_read() -> None:
    site = Site.objects.get()
    with recording(actor=SYSTEM):
        saved = CustomerAdminSettings.objects.create(site=site, number_prefix="W-")
    assert settings_of(site) == saved
    assert CustomerAdminSettings.for_site(site) == saved


def test_wagtail_gets_default_settings_that_the_system_recorded() -> None:
    site = Site.objects.get()
    with recording(actor=make_staff()) as current:
        first = CustomerAdminSettings.for_site(site)
    assert CustomerAdminSettings.for_site(site) == first
    assert current.change_set is None
    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.actor_kind, change_set.reason) == ("system", "system", "Default settings")


@pytest.mark.parametrize("prefix", ["C1", "0", "W-٣"])
def test_a_prefix_does_not_end_with_a_digit(prefix: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CustomerAdminSettings(site=Site.objects.get(), number_prefix=prefix).full_clean()
    assert caught.value.message_dict == {"number_prefix": ["End the prefix with a letter or a sign, such as C1-."]}


@pytest.mark.parametrize("prefix", ["", "C", "C1-", "Kd."])
def test_other_prefixes_are_good(prefix: str) -> None:
    CustomerAdminSettings(site=Site.objects.get(), number_prefix=prefix).full_clean()


@on_postgresql
def test_two_first_readers_get_the_same_settings() -> None:
    site = Site.objects.get()
    keys = run_together(*[lambda: CustomerAdminSettings.for_site(site).pk] * 4)
    assert len(set(keys)) == 1
    assert CustomerAdminSettings.objects.count() == 1
