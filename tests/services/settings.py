"""The settings of a process that is about to be killed: those of the running suite, with what the test decides.

The environment says where the database, the mail server and the broker are. Leases are short, so that a test need not
wait for what a killed worker had taken.
"""

import importlib
import os
from datetime import timedelta

import django
import environ

_suite = importlib.import_module(os.environ["SUITE_SETTINGS"])
globals().update({name: value for name, value in vars(_suite).items() if name.isupper()})

_env = environ.Env()
_options = _suite.DATABASES["default"].get("OPTIONS", {})
DATABASES = {"default": {**_env.db_url("DATABASE_URL"), "OPTIONS": _options}}

_middleware = [*_suite.DRAMATIQ_BROKER["MIDDLEWARE"], "tests.services.pause.PauseBeforeTask"]
if os.environ.get("REDIS_URL"):
    DRAMATIQ_BROKER = {
        "BROKER": "dramatiq.brokers.redis.RedisBroker",
        "OPTIONS": {"url": os.environ["REDIS_URL"], "namespace": os.environ["REDIS_NAMESPACE"]},
        "MIDDLEWARE": _middleware,
    }
else:
    DRAMATIQ_BROKER = {"BROKER": "dramatiq.brokers.stub.StubBroker", "OPTIONS": {}, "MIDDLEWARE": _middleware}

CUSTOMER_ADMIN = {
    **getattr(_suite, "CUSTOMER_ADMIN", {}),
    "PORTAL_ADDRESSES": "tests.mail.portal.PlainAddresses",
    "MAIL_LEASE": timedelta(seconds=2),
    "RELAY_INTERVAL": timedelta(seconds=0.3),
}

_smtp = "django.core.mail.backends.smtp.EmailBackend"
_server = {"host": "127.0.0.1", "port": int(os.environ["SMTP_PORT"])}
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _smtp, "OPTIONS": _server}}
else:
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _smtp, _server["host"], _server["port"]
