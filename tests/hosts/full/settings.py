"""A host with everything: its own user model with a required field, portal, second factor, and models of its own."""

from pathlib import Path

from tests.hosts.bare.settings import *  # noqa: F403
from tests.hosts.bare.settings import INSTALLED_APPS, MIDDLEWARE, TEMPLATES

FOLDER = Path(__file__).resolve().parent

ROOT_URLCONF = "tests.hosts.full.urls"
AUTH_USER_MODEL = "shop.Employee"

INSTALLED_APPS = [
    "tests.hosts.full.shop",
    "customer_admin",
    "customer_admin.second_factor",
    "portal",
    "django_otp",
    "wagtail.contrib.routable_page",
    *[app for app in INSTALLED_APPS if app not in ("tests.hosts.bare.people", "customer_admin")],
]
MIDDLEWARE = [
    *MIDDLEWARE[:2],
    "django.middleware.locale.LocaleMiddleware",
    *MIDDLEWARE[2:-1],
    "django_otp.middleware.OTPMiddleware",
    "customer_admin.second_factor.middleware.SecondFactorMiddleware",
    "customer_admin.middleware.ChangeSetMiddleware",
]
TEMPLATES = [{**TEMPLATES[0], "DIRS": [FOLDER / "templates"]}]

CUSTOMER_ADMIN = {
    "PORTAL_ADDRESSES": "portal.addresses.PageAddresses",
    "PORTAL_USER_FACTORY": "tests.hosts.full.shop.models.create_portal_user",
    "SECOND_FACTOR": "offered",
}
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("de", "Deutsch")]
WAGTAIL_SITE_NAME = "Full host"
MEDIA_ROOT = FOLDER / "media"
