"""Settings that take more than a look."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from customer_admin.checks import settings_can_be_read
from customer_admin.conf import app_settings


def test_the_private_storage_is_the_one_that_is_named(settings: Any) -> None:
    private = settings.STORAGES["customer_admin_private"]
    settings.STORAGES = {**settings.STORAGES, "vault": private}
    named = dict(getattr(settings, "CUSTOMER_ADMIN", {}))
    settings.CUSTOMER_ADMIN = {**named, "PRIVATE_STORAGE": "vault"}
    vault = app_settings.PRIVATE_STORAGE
    settings.CUSTOMER_ADMIN = named
    assert vault is not None
    assert vault is not app_settings.PRIVATE_STORAGE


def test_a_private_storage_that_there_is_not_is_named_at_the_start(settings: Any) -> None:
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "PRIVATE_STORAGE": "vault"}
    with pytest.raises(ImproperlyConfigured, match="vault"):
        _ = app_settings.PRIVATE_STORAGE
    assert [error.id for error in settings_can_be_read()] == ["customer_admin.E006"]
