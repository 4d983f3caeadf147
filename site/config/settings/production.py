"""A real deployment. What it needs comes from the environment; docs/how-to/deploy.md lists the variables."""

from .base import *  # noqa: F403
from .base import CUSTOMER_ADMIN, DATABASES, STORAGES, env, mail_server

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
WAGTAILADMIN_BASE_URL = env.str("BASE_URL")
REDIS_URL = env.str("REDIS_URL")

DATABASES["default"] |= env.db_url("DATABASE_URL") | {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, **DATABASES["default"].get("OPTIONS", {})}

globals().update(mail_server("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL")

CUSTOMER_ADMIN = {**CUSTOMER_ADMIN, "SECOND_FACTOR": env.str("SECOND_FACTOR", default="required")}

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
STATIC_ROOT = env.path("STATIC_ROOT", default=str(STATIC_ROOT))()
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(MEDIA_ROOT))()

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # Load balancers ask inside the network, without TLS.
if env.bool("BEHIND_PROXY", default=False):
    # Only behind a proxy that always sets the header itself: elsewhere anybody could claim to come by HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_WHOLE_DOMAIN", default=False)
if not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    # A promise for every name below the domain, which browsers keep for long, is its owner's to make.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
