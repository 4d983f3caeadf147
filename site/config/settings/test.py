"""The settings of the test suite: cheap password hashing, mail in memory, tasks only when a test runs them."""

import os

from .base import *  # noqa: F403
from .base import CUSTOMER_ADMIN, DRAMATIQ_BROKER, INSTALLED_APPS, REDIS_URL, STORAGES, mail_settings

INSTALLED_APPS = ["demo", *INSTALLED_APPS]

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CUSTOMER_ADMIN = {**CUSTOMER_ADMIN, "SECOND_FACTOR": "offered"}
STORAGES = {**STORAGES, "customer_admin_private": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
globals().update(mail_settings("django.core.mail.backends.locmem.EmailBackend"))

if REDIS_URL:
    # Nothing of the tests may meet a worker or a site that uses the same Redis, nor tests that run beside them.
    OWN = f"customer-admin-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    if DRAMATIQ_BROKER["BROKER"].endswith("RedisBroker"):
        DRAMATIQ_BROKER["OPTIONS"]["namespace"] = OWN
    CACHES["default"]["KEY_PREFIX"] = OWN
