"""What every deployment of the reference site shares. The environment is read in these settings modules alone."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
import environ

ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var"

# A value may also stand in a file, as container platforms hand out secrets: SECRET_KEY_FILE instead of SECRET_KEY.
env = environ.FileAwareEnv()

# The order counts: commands and templates of an app hide those of the apps below it.
INSTALLED_APPS = [
    "customer_admin",
    "customer_admin.second_factor",
    "portal",
    "django_otp",
    "django_dramatiq",
    "wagtail.contrib.settings",
    "wagtail.contrib.routable_page",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "django_filters",
    "modelcluster",
    "modelsearch",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "customer_admin.second_factor.middleware.SecondFactorMiddleware",
    "customer_admin.middleware.ChangeSetMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A writer takes its lock when the transaction begins, so that two of them wait instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def with_options(url: str, **options: object) -> str:
    """The address of a service with those client options added that do not stand in it already."""
    added = urlencode({name: value for name, value in options.items() if f"{name}=" not in url})
    return f"{url}{'&' if '?' in url else '?'}{added}"


# Short waits: a request that meets a service which is gone goes on without it, and the outbox sends the mail later.
REDIS_URL = env.str("REDIS_URL", default="")
RABBITMQ_URL = env.str("RABBITMQ_URL", default="")
DRAMATIQ_BROKER: dict[str, Any] = {"BROKER": "dramatiq.brokers.stub.StubBroker", "OPTIONS": {}}
if RABBITMQ_URL:
    DRAMATIQ_BROKER = {
        "BROKER": "dramatiq.brokers.rabbitmq.RabbitmqBroker",
        "OPTIONS": {
            "url": with_options(RABBITMQ_URL, socket_timeout=2, stack_timeout=3, blocked_connection_timeout=5),
            "confirm_delivery": True,
        },
    }
elif REDIS_URL:
    DRAMATIQ_BROKER = {
        "BROKER": "dramatiq.brokers.redis.RedisBroker",
        "OPTIONS": {"url": with_options(REDIS_URL, socket_connect_timeout=2, socket_timeout=5)},
    }
DRAMATIQ_BROKER["MIDDLEWARE"] = [
    "dramatiq.middleware.AgeLimit",
    "dramatiq.middleware.TimeLimit",
    "dramatiq.middleware.ShutdownNotifications",
    "dramatiq.middleware.Callbacks",
    "dramatiq.middleware.Retries",
    "django_dramatiq.middleware.DbConnectionsMiddleware",
    "customer_admin.queue.RelayMiddleware",
]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
    }

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("de", "Deutsch")]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
# Documents about customers: no address leads there, and only the site's own user may read them.
PRIVATE_FILES = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": env.path("PRIVATE_ROOT", default=str(VAR / "private"))(),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "customer_admin_private": PRIVATE_FILES,
}

WAGTAIL_SITE_NAME = env.str("SITE_NAME", default="Customer administration")
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://localhost:8000")
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "png", "txt", "xlsx"]
# The admin asks nothing of the outside world.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_USER_LOGIN_FORM = "customer_admin.forms.staff_login.StaffLoginForm"

CUSTOMER_ADMIN = {
    "PORTAL_ADDRESSES": "portal.addresses.PageAddresses",
}

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="customers@example.com")


def mail_settings(backend: str, **options: object) -> dict[str, object]:
    """The names under which this Django wants its one mail transport: `MAILERS` from 6.1 on, `EMAIL_…` before."""
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    names = {"username": "HOST_USER", "password": "HOST_PASSWORD"}
    return {"EMAIL_BACKEND": backend} | {
        f"EMAIL_{names.get(name, name.upper())}": value for name, value in options.items()
    }


def mail_server(variable: str) -> dict[str, object]:
    """The mail settings for the server named by an environment variable.

    `smtp://` is plain, `smtp+tls://` begins plain and changes to TLS (port 587), `smtp+ssl://` is TLS at once (465).
    """
    server = env.email_url(variable)
    return mail_settings(
        server["EMAIL_BACKEND"],
        host=server["EMAIL_HOST"],
        port=server["EMAIL_PORT"] or 25,
        username=server["EMAIL_HOST_USER"] or "",
        password=server["EMAIL_HOST_PASSWORD"] or "",
        use_tls=server.get("EMAIL_USE_TLS", False),
        use_ssl=server.get("EMAIL_USE_SSL", False),
        timeout=20,  # Well below the lease that a worker has on a mail.
    )
